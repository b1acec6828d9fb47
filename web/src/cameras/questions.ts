import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../../client/client.ts';
import { useParts } from '../api/parts.ts';

/** Without its calibration, which no page draws. */
export type Camera = Omit<Schemas['Camera'], 'calibration'>;
export type CameraInList = Schemas['CameraInList'];
export type Condition = CameraInList['condition'];
export type CaptureWindow = Schemas['CaptureWindow'];

const LOOK_MS = 5_000;
const MOST_CAMERAS = 100;
const MOST_GAPS = 200;
const MOST_FRAMES = 24;

export function useCameras() {
  const { api, session } = useParts();
  return useQuery({
    queryKey: ['cameras'],
    queryFn: () =>
      api.ask(
        api.client.GET('/cameras', {
          params: { query: { tenant_name: session.tenant(), page: 1, limit: MOST_CAMERAS } },
        }),
      ),
    refetchInterval: LOOK_MS,
  });
}

export function useCamera(id: string) {
  const { api } = useParts();
  return useQuery({
    queryKey: ['cameras', id],
    queryFn: (): Promise<Camera> => api.ask(api.client.GET('/cameras/{id}', { params: { path: { id } } })),
    refetchInterval: LOOK_MS,
  });
}

/** @param hours how far back */
export function useGaps(id: string, hours: number) {
  const { api } = useParts();
  return useQuery({
    queryKey: ['cameras', id, 'gaps', hours],
    queryFn: () =>
      // As JSON; the other form of the answer is a file.
      api.ask(
        api.client.GET('/cameras/{id}/gaps', {
          params: {
            path: { id },
            query: {
              from: new Date(Date.now() - hours * 3_600_000).toISOString(),
              limit: MOST_GAPS,
            } as never,
          },
        }),
      ) as Promise<Schemas['CameraGapList']>,
    refetchInterval: LOOK_MS * 3,
  });
}

export function useFrames(id: string) {
  const { api } = useParts();
  return useQuery({
    queryKey: ['cameras', id, 'frames'],
    queryFn: () =>
      api.ask(
        api.client.GET('/cameras/{id}/frames', {
          params: { path: { id }, query: { limit: MOST_FRAMES } as never },
        }),
      ) as Promise<Schemas['CameraFrameList']>,
    refetchInterval: LOOK_MS,
  });
}

export function useWindows(id: string) {
  const { api } = useParts();
  return useQuery({
    queryKey: ['cameras', id, 'windows'],
    queryFn: () => api.ask(api.client.GET('/cameras/{id}/windows', { params: { path: { id } } })),
  });
}

import { setTimeout as sleep } from 'node:timers/promises';
import { keepLive } from '../../stores/cameras/cameras.ts';
import { CAMERA_USER, type RtspServer, startRtspServer } from '../capture/gstreamer.ts';
import { startCameraLine } from '../hosting/cameraLine.ts';
import { addCamera, startSession, untilSession, want } from '../hosting/cameras.ts';
import type { Tributary } from '../hosting/tributary.ts';

interface Scenario {
  names: string[];
  run(): Promise<void>;
}

/** The histories of cameras; they need GStreamer and a decoder. */
export function cameraScenarios(
  t: Tributary,
  record: (workflowId: string, name: string, runId?: string) => Promise<void>,
): { scenarios: Scenario[]; close(): Promise<void> } {
  let server: RtspServer | null = null;
  const begin = async (): Promise<RtspServer> => {
    if (server === null) {
      server = await startRtspServer();
      await t.start('capture');
    }
    return server;
  };
  const over = async (id: string): Promise<void> => {
    await untilSession(t, id, ({ endedAt }) => endedAt !== null);
    await t.client.workflow.getHandle(`capture:${id}`).result();
  };

  const scenarios: Scenario[] = [
    {
      names: ['captureSession.burst', 'testCamera.seen', 'takeSnapshot.seen', 'watchCamera.watched'],
      async run() {
        const { ports } = await begin();
        const camera = await addCamera(t, `rtsp://127.0.0.1:${ports.open}/h264`, { key: 'burst' });
        const id = await startSession(t, camera, { mode: 'burst', frameCount: 3 });
        await over(id);
        await record(`capture:${id}`, 'captureSession.burst');
        await t.db.run((sql) => keepLive(sql, camera, 4));
        for (const [type, name] of [
          ['testCamera', 'testCamera.seen'],
          ['takeSnapshot', 'takeSnapshot.seen'],
          ['watchCamera', 'watchCamera.watched'],
        ] as const) {
          const workflowId = `${type}:${camera}`;
          await t.client.workflow.execute(type, {
            ...{ taskQueue: 'workflows', workflowId, args: [{ cameraId: camera }] },
          });
          await record(workflowId, name);
        }
      },
    },
    {
      names: ['captureSession.lost-and-found'],
      async run() {
        const { ports } = await begin();
        const line = await startCameraLine(ports.open);
        const camera = await addCamera(t, `rtsp://127.0.0.1:${line.port}/h264`, { key: 'lost' });
        const id = await startSession(t, camera, { mode: 'continuous' });
        await untilSession(t, id, ({ frames }) => frames > 0);
        await line.be('refusing');
        await untilSession(t, id, ({ state, nextTryAt }) => state === 'waiting' && nextTryAt !== null);
        // The next try fails as well.
        await sleep(8_000);
        await line.be('open');
        await untilSession(t, id, ({ state }) => state === 'capturing');
        await want(t, id, 'stopped');
        await over(id);
        await record(`capture:${id}`, 'captureSession.lost-and-found');
        await line.close();
      },
    },
    {
      names: ['captureSession.needs-attention'],
      async run() {
        const { ports } = await begin();
        const url = `rtsp://127.0.0.1:${ports.basic}/h264`;
        const camera = await addCamera(t, url, { key: 'locked' });
        const id = await startSession(t, camera, { mode: 'continuous', frameCount: 2 });
        await untilSession(t, id, ({ state }) => state === 'needs_attention');
        const right = await addCamera(t, url, { key: 'unlocked', credentials: CAMERA_USER });
        await t.db.run(
          (sql) => sql`
            update cameras set credential_id = (select credential_id from cameras where id = ${right})
            where id = ${camera}`,
        );
        await want(t, id, 'run');
        await over(id);
        await record(`capture:${id}`, 'captureSession.needs-attention');
      },
    },
    {
      names: ['captureSession.paused'],
      async run() {
        const { ports } = await begin();
        const camera = await addCamera(t, `rtsp://127.0.0.1:${ports.open}/h264`, { key: 'paused' });
        const id = await startSession(t, camera, { mode: 'interval', intervalSeconds: 1, frameCount: 5 });
        await untilSession(t, id, ({ frames }) => frames > 0);
        await want(t, id, 'paused');
        await untilSession(t, id, ({ state }) => state === 'paused');
        await want(t, id, 'run');
        await over(id);
        await record(`capture:${id}`, 'captureSession.paused');
      },
    },
    {
      names: ['captureSession.shots', 'captureSession.continued'],
      async run() {
        const { ports } = await begin();
        const camera = await addCamera(t, `rtsp://127.0.0.1:${ports.open}/h264`, { key: 'shots' });
        const id = await startSession(t, camera, { mode: 'interval', intervalSeconds: 8, frameCount: 2 });
        await over(id);
        await record(`capture:${id}`, 'captureSession.shots');
        // With so few events for each run that one picture fills it: the history is that of the first.
        const [session] = await t.db.run(
          (sql) => sql<{ id: string }[]>`
            insert into capture_sessions (tenant_id, camera_id, "order")
            select tenant_id, camera_id, "order" from capture_sessions where id = ${id} returning id`,
        );
        const workflowId = `capture:${session!.id}`;
        const args = [{ sessionId: session!.id, eventsPerRun: 20 }];
        const first = await t.client.workflow.start('captureSession', {
          taskQueue: 'workflows',
          workflowId,
          args,
        });
        await over(session!.id);
        await record(workflowId, 'captureSession.continued', first.firstExecutionRunId);
      },
    },
  ];
  return { scenarios, close: async () => server?.stop() };
}

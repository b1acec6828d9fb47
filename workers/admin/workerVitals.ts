import type { NativeConnection, Worker } from '@temporalio/worker';
import type { Queue } from '../../workflows/queues.ts';
import { lastPolled } from '../ready.ts';
import type { Admin } from './admin.ts';

/** A poll waits for a minute at most; what has not polled for longer is cut off. */
const POLLED_WITHIN_MS = 90_000;

export interface RunningQueue {
  queue: Queue;
  worker: Worker;
  /** Activities that it takes at a time; 0: it takes none. */
  slots: number;
}

/** Shows whether the server hears of the workers of this process, and how much of them is in use. */
export function watchWorkers(
  { check, metrics }: Admin,
  workers: readonly RunningQueue[],
  server: { connection: NativeConnection; namespace: string; identity: string },
): void {
  for (const { queue, worker, slots } of workers) {
    check(`poller:${queue}`, async () => {
      const state = worker.getState();
      if (state !== 'RUNNING') throw new Error(`the worker is ${state.toLowerCase()}`);
      // One whose slots are all taken has no reason to ask for more.
      if (slots > 0 && worker.getStatus().numInFlightActivities >= slots) return;
      const polled = await lastPolled({ ...server, queue });
      if (polled === null) throw new Error('the server knows no poller of this process');
      if (Date.now() - polled > POLLED_WITHIN_MS)
        throw new Error(
          `the server was last asked for work ${Math.round((Date.now() - polled) / 1_000)} s ago`,
        );
    });
  }
  const active = workers.filter(({ slots }) => slots > 0);
  metrics.gauge('tributary_activity_slots', 'Activities that a queue takes at a time.', ['queue'], async () =>
    active.map(({ queue, slots }) => ({ labels: { queue }, value: slots })),
  );
  metrics.gauge('tributary_activity_slots_used', 'Those that are taken.', ['queue'], async () =>
    active.map(({ queue, worker }) => ({
      labels: { queue },
      value: worker.getStatus().numInFlightActivities,
    })),
  );
  const capture = active.find(({ queue }) => queue === 'capture');
  if (capture === undefined) return;
  metrics.gauge('tributary_capture_streams', 'Camera streams that are open.', [], async () => [
    { value: capture.worker.getStatus().numInFlightActivities },
  ]);
  metrics.gauge('tributary_capture_streams_limit', 'Camera streams that may be open.', [], async () => [
    { value: capture.slots },
  ]);
}

import type { LoopOrder, LoopReport, LoopSettings } from './orders.ts';

/** The frame of a loop process: settings from the argument list, orders and reports over IPC, end with the channel. */
export function serveOrders(
  work: (settings: LoopSettings) => (order: LoopOrder) => Promise<LoopReport>,
): void {
  const run = work(JSON.parse(process.argv[2] ?? '{}') as LoopSettings);
  process.on('message', (order: LoopOrder) => {
    run(order).then(
      (report) => process.send?.(report),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
  process.on('disconnect', () => process.exit());
}

/** A worker with both grains, in a process of its own. Ends with its channel. */
import { mkdir } from 'node:fs/promises';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import sharp from 'sharp';
import { DECODE_MEMORY_MIB, DECODE_TIMEOUT_MS } from '../../domain/limits.ts';
import { createDecoder } from '../../imaging/pool.ts';
import { collectInOneGo } from '../../workers/garbage.ts';
import { entryOf } from '../child.ts';
import { createFineActivities, createFusedActivities } from './activities.ts';
import { type GrainSettings, QUEUE } from './settings.ts';

const { address, scratchDir, decoders } = JSON.parse(process.argv[2] ?? '{}') as GrainSettings;
// As in the product's workers, for both grains.
collectInOneGo();
sharp.cache(false);
Runtime.install({ logger: new DefaultLogger('WARN'), shutdownSignals: [] });
await mkdir(scratchDir, { recursive: true });
const decoder = createDecoder({
  children: decoders,
  memoryMib: DECODE_MEMORY_MIB,
  timeoutMs: DECODE_TIMEOUT_MS,
});
const connection = await NativeConnection.connect({ address });
const worker = await Worker.create({
  connection,
  taskQueue: QUEUE,
  workflowsPath: entryOf('t2', 'workflows'),
  activities: { ...createFineActivities(scratchDir), ...createFusedActivities(scratchDir, decoder) },
  maxConcurrentActivityTaskExecutions: decoders,
});
process.on('disconnect', () => worker.shutdown());
const running = worker.run();
process.send?.('ready');
await running;
await decoder.close();
await connection.close();

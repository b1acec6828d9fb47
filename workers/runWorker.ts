import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { Client } from '@temporalio/client';
import {
  DefaultLogger,
  type NativeConnection,
  Runtime,
  Worker,
  type WorkerOptions,
} from '@temporalio/worker';
import type { Config } from '../config.ts';
import type { Logger } from '../log.ts';
import { openObjectStore } from '../stores/objects/open.ts';
import { clientConverter, workerConverter } from '../stores/payloads/converter.ts';
import { createDatabase } from '../stores/postgres/database.ts';
import type { Queue } from '../workflows/queues.ts';
import { createActivityMeter } from './admin/activityMeter.ts';
import { openAdmin } from './admin/admin.ts';
import { watchChildren } from './admin/children.ts';
import { measureCore } from './admin/coreMetrics.ts';
import { observeDatabase, watchStores } from './admin/stores.ts';
import { watchWorkers } from './admin/workerVitals.ts';
import { buildIdOf } from './buildId.ts';
import { BUNDLE_PATH, TRACING_PATH, WORKFLOWS_PATH } from './bundle.ts';
import { connectWorker } from './connect.ts';
import { createDecoders } from './decoders.ts';
import { createDetectors } from './detectors.ts';
import { createFailpoints } from './failpoints.ts';
import { collectInOneGo } from './garbage.ts';
import { pollersSeen } from './ready.ts';
import type { Role, RoleDeps } from './roles.ts';
import { createActivityTraces, createTraceSinks } from './traced.ts';
import { openTracer } from './tracer.ts';

/** How long activities may go on after a stop signal before they are cancelled; a batch at full speed takes about two seconds. */
const GRACE = '8s';
/** When the process ends even if an activity ignores its cancellation. */
const FORCE = '15s';
/** Counting over millions of rows takes its time. */
const PATIENCE_MS = 10 * 60_000;

/** @throws Error in production when the workflows were not bundled at build time: bundling takes seconds and a compiler. */
function workflowCode(config: Config): RoleDeps['workflows'] {
  if (existsSync(BUNDLE_PATH)) return { workflowBundle: { codePath: BUNDLE_PATH } };
  if (config.production)
    throw new Error(`The workflow bundle is missing (${BUNDLE_PATH}). Run "npm run build".`);
  return { workflowsPath: WORKFLOWS_PATH, interceptors: { workflowModules: [TRACING_PATH] } };
}

/**
 * Only workers of workflows have versions: what activities take and give is the same across releases, so that any worker
 * may do them for any build.
 */
async function versionOf(config: Config): Promise<Pick<WorkerOptions, 'workerDeploymentOptions'>> {
  const buildId = await buildIdOf(config);
  const { deployment } = config.temporal;
  if (buildId === null || deployment === null) return {};
  return {
    workerDeploymentOptions: {
      useWorkerVersioning: true,
      version: { deploymentName: deployment.name, buildId },
      // What goes on for days moves on to the current build; workflows/versioning.ts says what does not.
      defaultVersioningBehavior: 'AUTO_UPGRADE',
    },
  };
}

/** @param metricsAddress where the SDK's core serves what it measures; `null`: it measures nothing */
function installRuntime(log: Logger, metricsAddress: string | null): void {
  Runtime.install({
    shutdownSignals: [],
    logger: new DefaultLogger('WARN', ({ level, message, meta }) => {
      const { error, ...rest } = meta ?? {};
      const line = { ...rest, ...(error === undefined ? {} : { err: error }) };
      if (level === 'ERROR') log.error(line, message);
      else log.warn(line, message);
    }),
    telemetryOptions: {
      logging: { forward: {}, filter: 'WARN' },
      ...(metricsAddress !== null && {
        metrics: {
          prometheus: {
            bindAddress: metricsAddress,
            countersTotalSuffix: true,
            unitSuffix: true,
            useSecondsForDurations: true,
          },
        },
      }),
    },
  });
}

/** Loaded when it is needed: what the others use costs a capture worker forty megabytes. */
async function roleOf(queue: Queue, deps: RoleDeps): Promise<Role> {
  if (queue === 'capture') return (await import('./captureRole.ts')).captureRole(deps);
  return (await import('./roles.ts')).ROLES[queue](deps);
}

/**
 * Runs the workers of the given queues in this process until `stop` aborts, then drains them.
 * @param onReady called once the server has seen this process poll every queue
 */
export async function runWorker(
  config: Config,
  queues: readonly Queue[],
  log: Logger,
  stop: AbortSignal,
  onReady: () => void,
): Promise<void> {
  if (config.database.url === null) throw new Error('A worker needs DATABASE_URL.');
  collectInOneGo();
  const admin = await openAdmin(config, log, stop);
  if (admin === null) installRuntime(log, null);
  else admin.append(await measureCore((address) => installRuntime(log, address)));
  admin?.check('temporal', async () => {
    throw new Error('not connected yet');
  });
  const connection: NativeConnection = await connectWorker(config, log, stop);
  const applicationName = `tributary-${queues.join('+')}`;
  const db = createDatabase({
    url: config.database.url,
    pool: config.database.pool,
    deadlineMs: config.database.deadlineMs,
    applicationName,
    ...observeDatabase(admin),
  });
  // It connects when it is first asked.
  const patientDb = createDatabase({
    url: config.database.url,
    pool: 2,
    deadlineMs: PATIENCE_MS,
    applicationName: `${applicationName}-audit`,
  });
  const tracer = openTracer(config, queues.join('+'), log);
  const objects = await openObjectStore(config.storage, (failure) =>
    log.warn({ err: failure }, 'the object store is away'),
  );
  const decoders = createDecoders(config);
  const detectors = createDetectors(config, log);
  if (admin !== null) {
    watchStores(admin, db, objects);
    watchChildren(admin.metrics, () => ({ decode: decoders.children(), inference: detectors.children() }));
  }
  const deps: RoleDeps = {
    config,
    db,
    patientDb,
    client: new Client({
      connection,
      namespace: config.temporal.namespace,
      ...clientConverter(config.payloads),
    }),
    objects,
    reached: createFailpoints(config),
    workflows: workflowCode(config),
    stopping: stop,
    decoder: decoders.get,
    detector: detectors.get,
  };
  const version = queues.includes('workflows') ? await versionOf(config) : {};
  const identity = `${process.pid}@${hostname()}:${queues.join('+')}`;
  const roles = await Promise.all(queues.map(async (queue) => ({ queue, role: await roleOf(queue, deps) })));
  try {
    const workers = await Promise.all(
      roles.map(({ queue, role }) => {
        const options: WorkerOptions = {
          ...role.options,
          ...workerConverter(config.payloads),
          ...(queue === 'workflows' && version),
          connection,
          namespace: config.temporal.namespace,
          taskQueue: queue,
          identity,
          shutdownGraceTime: GRACE,
          shutdownForceTime: FORCE,
          maxHeartbeatThrottleInterval: '2s',
          sinks: createTraceSinks(tracer),
          interceptors: {
            ...role.options.interceptors,
            activity: [
              ...(tracer === null ? [] : [createActivityTraces(tracer)]),
              ...(admin === null ? [] : [createActivityMeter(admin.metrics, db)]),
            ],
          },
        };
        return Worker.create(options);
      }),
    );
    if (admin !== null) {
      const { namespace } = config.temporal;
      const running = roles.flatMap(({ queue, role }, index) => {
        const worker = workers[index];
        const slots = role.options.maxConcurrentActivityTaskExecutions ?? 0;
        return worker === undefined ? [] : [{ queue, worker, slots }];
      });
      watchWorkers(admin, running, { connection, namespace, identity });
      admin.check('temporal', async () => void (await connection.workflowService.getSystemInfo({})));
    }
    const drain = (): void => {
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    };
    const running = Promise.all(workers.map((worker) => worker.run()));
    stop.addEventListener('abort', drain, { once: true });
    if (stop.aborted) drain();
    void pollersSeen(connection, config.temporal.namespace, identity, queues, stop).then(() => {
      if (!stop.aborted) onReady();
    });
    try {
      await running;
    } finally {
      // One worker that failed for good takes the process with it; the others drain first.
      drain();
    }
  } finally {
    await Promise.allSettled(roles.map(({ role }) => role.close()));
    await Promise.all([decoders.close(), detectors.close()]);
    await Promise.all([db.close(), patientDb.close()]);
    await connection.close();
    await tracer?.close();
    await admin?.close();
  }
}

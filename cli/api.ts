import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { createAccess } from '../api/access/access.ts';
import { createApp } from '../api/app.ts';
import { createCameraWatching } from '../api/cameras/watching.ts';
import type { ApiDeps, UploadDeps } from '../api/deps.ts';
import { createLive } from '../api/live/live.ts';
import { attachLiveSocket } from '../api/live/socket.ts';
import { attachPushSocket } from '../api/push/socket.ts';
import { keepAuditSchedule } from '../api/temporal/auditSchedule.ts';
import { createCameraControl } from '../api/temporal/cameras.ts';
import { createDispatcher } from '../api/temporal/dispatcher.ts';
import { keepHouse } from '../api/temporal/housekeeping.ts';
import { createPoller } from '../api/temporal/poller.ts';
import { createSchedules } from '../api/temporal/schedules.ts';
import { tracedStarts } from '../api/temporal/traced.ts';
import { createWindowSchedules } from '../api/temporal/windowSchedules.ts';
import { createWorkflowControl } from '../api/temporal/workflows.ts';
import { createFirstOfMany } from '../api/upload/firstOfMany.ts';
import { createResumableUploads } from '../api/upload/resumable/resumable.ts';
import { createWebhookCollector } from '../api/webhooks/collector.ts';
import { type Config, ConfigError } from '../config.ts';
import { Failure } from '../domain/failures.ts';
import { sniffFormat } from '../imaging/sniff.ts';
import type { Logger } from '../log.ts';
import { createDigests } from '../sources/digests.ts';
import { parseHttpUrl } from '../sources/reach/address.ts';
import { ACCESS_CHANNEL } from '../stores/access/changes.ts';
import { createSealer } from '../stores/credentials/sealer.ts';
import { forgetAnswers } from '../stores/idempotency.ts';
import { openObjectStore } from '../stores/objects/open.ts';
import { OUTBOX_CHANNEL } from '../stores/outbox.ts';
import { clientConverter } from '../stores/payloads/converter.ts';
import { createDatabase, type Database } from '../stores/postgres/database.ts';
import { TENANT_ROLE } from '../stores/postgres/scope.ts';
import { lookWithRules } from '../stores/rules/look.ts';
import { sweep } from '../stores/sweep.ts';
import { openAdmin } from '../workers/admin/admin.ts';
import { observeDatabase } from '../workers/admin/stores.ts';
import { createFailpoints } from '../workers/failpoints.ts';
import { createSources } from '../workers/sources.ts';
import { openTracer } from '../workers/tracer.ts';
import { watchApi } from './apiVitals.ts';
import { createIssuerKeys } from './issuerKeys.ts';
import { distDir, packageVersion } from './location.ts';

/** Live views at the same time; each is up to five pictures a second to one client. */
const LIVE_VIEWERS = 100;
/** How long open requests may take after a stop signal. */
const DRAIN_MS = 5_000;
const SWEEP_EVERY_MS = 3_600_000;

/** Whether requests can take on the role that keeps tenants apart. @throws ConfigError */
async function checkWall(db: Database): Promise<void> {
  try {
    await db.as({ tenants: [] }, () => db.run((sql) => sql`select 1`));
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new ConfigError(
      `ACCESS=required needs the database role ${TENANT_ROLE}, which the user of DATABASE_URL may not take on. Let an ` +
        `administrator of the database run "create role ${TENANT_ROLE} nologin" and "grant ${TENANT_ROLE} to" that ` +
        'user; then run tributary migrate.',
    );
  }
}

/** Runs the API until `stop` aborts, then lets open requests finish. */
export async function runApi(
  config: Config,
  log: Logger,
  stop: AbortSignal,
  onReady: (port: number) => void,
): Promise<void> {
  if (config.database.url === null) throw new Error('The API needs DATABASE_URL.');
  if (config.access.required && config.secrets.key === null) {
    throw new ConfigError(
      'ACCESS=required needs SECRET_KEY: 32 random characters or more, which sign-ins are signed with.',
    );
  }
  await mkdir(config.storage.scratchDir, { recursive: true });
  const admin = await openAdmin(config, log, stop);
  const db = createDatabase({
    url: config.database.url,
    pool: config.database.pool,
    deadlineMs: config.database.deadlineMs,
    applicationName: 'tributary-api',
    ...observeDatabase(admin),
  });
  if (config.access.required) await checkWall(db);
  const tracer = openTracer(config, 'api', log);
  const connection = Connection.lazy(config.temporal.connection);
  const client = new Client({
    connection,
    namespace: config.temporal.namespace,
    ...clientConverter(config.payloads),
    ...(tracer !== null && { interceptors: { workflow: [tracedStarts] } }),
  });
  const workflows = createWorkflowControl(client);
  const schedules = createSchedules(client, db, log);
  const windows = createWindowSchedules(client, db, log);
  const dispatcher = createDispatcher(db, workflows, log, tracer);
  // Apart from the outbox: a schedule takes many calls, and an upload waits for the outbox.
  const scheduler = createPoller(
    async () => (await Promise.all([schedules.catchUp(), windows.catchUp()])).includes(true),
    (error) => log.warn({ err: error }, 'schedules not readable'),
  );
  const live = await createLive(db, config, log);
  const collector = createWebhookCollector({
    db,
    complete: live.complete,
    base: config.publicUrl ?? '',
    log,
  });
  const rules = createPoller(
    () => lookWithRules(db),
    (error) => log.warn({ err: error }, 'rules did not look'),
  );
  const ignore = live.onNews(() => {
    rules.kick();
    collector.kick();
  });
  const cameras = createCameraControl(client);
  const watching = await createCameraWatching({ db, cameras, log }, LIVE_VIEWERS);
  const objects = await openObjectStore(config.storage, (failure) =>
    log.warn({ err: failure }, 'the object store is away'),
  );
  const sources = createSources(config, { db, objects });
  const keys = createIssuerKeys(config);
  const access = createAccess({
    settings: config.access,
    ...{ secrets: config.secrets, db, log, fetchText: keys.fetchText },
  });
  const deafen = await Promise.all([
    db.listen(OUTBOX_CHANNEL, dispatcher.kick),
    db.listen(ACCESS_CHANNEL, () => access.signingIn?.authenticator.forget()),
  ]);
  const parts: UploadDeps = {
    config,
    version: packageVersion(),
    db,
    access,
    objects,
    workflows,
    schedules,
    scheduler,
    dispatcher,
    live,
    cameras,
    watching,
    log,
    tracer,
    reached: createFailpoints(config),
    firstOfMany: createFirstOfMany(),
    parseHttpUrl,
    sniff: sniffFormat,
    createDigests,
    sources: sources.registry,
    sealer: createSealer(config.secrets.key, config.secrets.previous),
  };
  const deps: ApiDeps = { ...parts, resumable: createResumableUploads(parts) };
  const tidy = (): void => {
    Promise.all([schedules.reconcile(), windows.reconcile()]).catch((error: unknown) =>
      log.warn({ err: error }, 'schedules not compared with Temporal'),
    );
    keepHouse(client).catch((error: unknown) => log.warn({ err: error }, 'housekeeping not scheduled yet'));
    keepAuditSchedule(client, config.auditCron).catch((error: unknown) =>
      log.warn({ err: error }, 'schedule of the audit not kept'),
    );
    sweep(db, objects, config.storage.scratchDir, config.flyLimits).catch((error: unknown) =>
      log.warn({ err: error }, 'sweep failed'),
    );
    db.run(forgetAnswers).catch((error: unknown) => log.warn({ err: error }, 'old answers not forgotten'));
    deps.resumable.tidy().catch((error: unknown) => log.warn({ err: error }, 'resumable uploads not tidied'));
  };
  tidy();
  const sweeping = setInterval(tidy, SWEEP_EVERY_MS);
  const server = createServer(
    {
      requestTimeout: 30 * 60_000,
      headersTimeout: config.manners.headersTimeoutMs,
      // Longer than proxies keep theirs: who closes second never loses a request.
      keepAliveTimeout: 75_000,
      connectionsCheckingInterval: Math.min(5_000, config.manners.headersTimeoutMs),
    },
    createApp(deps, path.join(distDir(), 'web')),
  );
  if (admin !== null) watchApi(admin, { server, db, objects, workflows });
  const closeSockets = attachPushSocket(server, deps, config);
  attachLiveSocket(server, deps);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(config.port, config.host, resolve);
    });
    const address = server.address();
    onReady(typeof address === 'object' && address !== null ? address.port : config.port);
    await new Promise<void>((resolve) => {
      if (stop.aborted) resolve();
      stop.addEventListener('abort', () => resolve(), { once: true });
    });
  } finally {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    closeSockets();
    // Streams of events end; who followed them comes back to another process, or to the next one.
    await live.stop();
    server.closeIdleConnections();
    const force = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
    await closed;
    clearTimeout(force);
    clearInterval(sweeping);
    await watching.stop();
    await Promise.all(deafen.map((stopHearing) => stopHearing())).catch((error: unknown) =>
      log.debug({ err: error }, 'unlisten failed'),
    );
    ignore();
    await Promise.all([dispatcher.stop(), scheduler.stop(), collector.stop(), rules.stop()]);
    await sources.close();
    await keys.close();
    await db.close();
    await connection.close();
    await tracer?.close();
    await admin?.close();
  }
}

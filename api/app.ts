import express, { type Express } from 'express';
import helmet from 'helmet';
import { pinoHttp } from 'pino-http';
import { isLoopback } from '../config.ts';
import { runCausedBy } from '../stores/causedBy.ts';
import { forRequests } from '../stores/postgres/forRequests.ts';
import type { ApiDeps } from './deps.ts';
import { docsRouter } from './docs.ts';
import { compressed } from './http/compressed.ts';
import { crossOrigin } from './http/crossOrigin.ts';
import { idempotency } from './http/idempotency.ts';
import { openUploads } from './http/openUploads.ts';
import { mountOtherMethods, mountShadowed } from './http/otherMethods.ts';
import { limitRate } from './http/rateLimit.ts';
import { slowBodies } from './http/slowBodies.ts';
import { traced } from './http/traced.ts';
import { loopbackOnly } from './loopbackOnly.ts';
import { openApiDocument } from './openapi.ts';
import { errorHandler, unknownRoute } from './problem.ts';
import { requestId } from './requestId.ts';
import { LINK_BASE, type Route } from './route.ts';
import { apiKeyRoutes } from './routes/apiKeys.ts';
import { archiveRoutes } from './routes/archives.ts';
import { assetRoutes } from './routes/assets.ts';
import { auditLogRoutes } from './routes/auditLog.ts';
import { auditRoutes } from './routes/audits.ts';
import { authRoutes } from './routes/auth.ts';
import { calibrationRoutes } from './routes/calibrations.ts';
import { cameraLedgerRoutes } from './routes/cameraLedger.ts';
import { cameraPictureRoutes } from './routes/cameraPictures.ts';
import { cameraRoutes } from './routes/cameras.ts';
import { campaignRoutes } from './routes/campaigns.ts';
import { captureSessionRoutes } from './routes/captureSessions.ts';
import { captureWindowRoutes } from './routes/captureWindows.ts';
import { compareRoutes } from './routes/compare.ts';
import { correctionRoutes } from './routes/corrections.ts';
import { detectionFileRoutes } from './routes/detectionFiles.ts';
import { detectionRoutes } from './routes/detections.ts';
import { directUploadRoutes } from './routes/directUploads.ts';
import { duplicateRoutes } from './routes/duplicates.ts';
import { exportRoutes } from './routes/exports.ts';
import { failureRoutes } from './routes/failures.ts';
import { focalPointRoutes } from './routes/focalPoint.ts';
import { healthRoutes } from './routes/health.ts';
import { imageRoutes } from './routes/images.ts';
import { importPreviewRoutes } from './routes/importPreviews.ts';
import { importRoutes } from './routes/imports.ts';
import { ingestRoutes } from './routes/ingest.ts';
import { linkRoutes } from './routes/links.ts';
import { liveRoutes } from './routes/live.ts';
import { memberRoutes } from './routes/members.ts';
import { mergeRoutes } from './routes/merges.ts';
import { metricsRoutes } from './routes/metrics.ts';
import { modelRoutes } from './routes/models.ts';
import { modelUseRoutes } from './routes/modelUse.ts';
import { peopleRoutes } from './routes/people.ts';
import { presetRoutes } from './routes/presets.ts';
import { privacyRoutes } from './routes/privacy.ts';
import { pullSourceRoutes } from './routes/pullSources.ts';
import { purgeRoutes } from './routes/purges.ts';
import { renditionRoutes } from './routes/renditions.ts';
import { repeatRoutes } from './routes/repeats.ts';
import { reportRoutes } from './routes/reports.ts';
import { reprocessRoutes } from './routes/reprocess.ts';
import { resumableUploadRoutes } from './routes/resumableUploads.ts';
import { ruleRoutes } from './routes/rules.ts';
import { sequenceRoutes } from './routes/sequences.ts';
import { sourceKindRoutes } from './routes/sourceKinds.ts';
import { tenantRoutes } from './routes/tenants.ts';
import { timelineRoutes } from './routes/timeline.ts';
import { trashRoutes } from './routes/trash.ts';
import { trialRoutes } from './routes/trials.ts';
import { uploadRoutes } from './routes/uploads.ts';
import { webhookRoutes } from './routes/webhooks.ts';
import { webRouter } from './webApp.ts';

const PROBES = new Set(['/livez', '/readyz', '/health', '/healthz']);
/** Every operation of the API. */
export function allRoutes(deps: ApiDeps): Route[] {
  return [
    ...uploadRoutes(deps),
    ...directUploadRoutes(deps),
    ...resumableUploadRoutes(deps),
    ...archiveRoutes(deps),
    ...ingestRoutes(deps),
    ...importPreviewRoutes(deps),
    ...importRoutes(deps),
    ...failureRoutes(deps),
    ...auditRoutes(deps),
    ...sourceKindRoutes(deps),
    ...pullSourceRoutes(deps),
    ...cameraRoutes(deps),
    ...calibrationRoutes(deps),
    ...cameraLedgerRoutes(deps),
    ...cameraPictureRoutes(deps),
    ...captureSessionRoutes(deps),
    ...captureWindowRoutes(deps),
    ...peopleRoutes(deps),
    ...imageRoutes(deps),
    ...exportRoutes(deps),
    ...detectionFileRoutes(deps),
    ...reportRoutes(deps),
    ...repeatRoutes(deps),
    ...sequenceRoutes(deps),
    ...correctionRoutes(deps),
    ...timelineRoutes(deps),
    ...assetRoutes(deps),
    ...detectionRoutes(deps),
    ...modelRoutes(deps),
    ...modelUseRoutes(deps),
    ...campaignRoutes(deps),
    ...trialRoutes(deps),
    ...trashRoutes(deps),
    ...purgeRoutes(deps),
    ...tenantRoutes(deps),
    ...authRoutes(deps),
    ...apiKeyRoutes(deps),
    ...memberRoutes(deps),
    ...auditLogRoutes(deps),
    ...privacyRoutes(deps),
    ...metricsRoutes(deps),
    ...renditionRoutes(deps),
    ...linkRoutes(deps),
    ...presetRoutes(deps),
    ...duplicateRoutes(deps),
    ...mergeRoutes(deps),
    ...reprocessRoutes(deps),
    ...focalPointRoutes(deps),
    ...compareRoutes(deps),
    ...liveRoutes(deps),
    ...webhookRoutes(deps),
    ...ruleRoutes(deps),
    ...healthRoutes(deps),
  ];
}

/**
 * The whole HTTP side: each operation at `/` and under `/api/v1`, the reference at `/docs`, the pages at `/`.
 * @param webDir where the built pages lie
 */
export function createApp(given: ApiDeps, webDir: string): Express {
  const { config, log } = given;
  const deps = config.access.required ? { ...given, db: forRequests(given.db) } : given;
  const { manners } = config;
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', manners.trustedProxies);
  app.set(LINK_BASE, config.publicUrl ?? '');
  app.use(
    pinoHttp({
      logger: log,
      genReqId: requestId,
      autoLogging: { ignore: (req) => PROBES.has(req.url ?? '') },
      // What went wrong is logged where it is known; this line only says that a request came.
      customLogLevel: () => 'debug',
      // Queries may hold what is nobody's business; the path says enough.
      serializers: {
        req: (req: { method: string; url: string }) => ({ method: req.method, path: req.url.split('?')[0] }),
        res: (res: { statusCode: number }) => ({ status: res.statusCode }),
      },
    }),
  );
  if (deps.tracer !== null) app.use(traced(deps.tracer));
  app.use(
    helmet({
      contentSecurityPolicy: {
        directives: {
          defaultSrc: ["'self'"],
          imgSrc: ["'self'", 'blob:', 'data:'],
          styleSrc: ["'self'"],
          objectSrc: ["'none'"],
          baseUri: ["'none'"],
          frameAncestors: ["'none'"],
          // Without TLS in front, this would send every link to a port that does not answer.
          upgradeInsecureRequests: null,
        },
      },
      strictTransportSecurity: config.publicUrl?.startsWith('https:') ?? false,
    }),
  );
  app.use(compressed());
  // Where everybody says who they are, the name that they call this server by does not matter.
  if (isLoopback(config.host) && !config.access.required) app.use(loopbackOnly(manners.corsOrigins));
  app.use(crossOrigin(manners.corsOrigins));
  app.use(openUploads(manners.openUploads));
  if (manners.slowBodies.bytesPerSecond > 0) app.use(slowBodies(manners.slowBodies));
  app.use(express.json({ limit: '4mb', strict: true }));
  app.use(idempotency(deps.db, log));
  app.use((req, _res, next) => runCausedBy(String(req.id), next));

  const routes = allRoutes(deps);
  const router = express.Router();
  const gate = limitRate(deps.access.gate, manners.rateLimit, PROBES);
  mountShadowed(router, routes);
  for (const route of routes) route.mount(router, gate);
  mountOtherMethods(router, routes);
  const document = openApiDocument(routes, deps.version, { open: !config.access.required });
  router.get('/openapi.json', (_req, res) => {
    res.json(document);
  });
  app.use('/api/v1', router);
  app.use('/', router);
  app.use(docsRouter());
  app.use(webRouter(webDir));
  app.use(unknownRoute);
  app.use(errorHandler(log));
  return app;
}

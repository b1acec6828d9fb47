import { setTimeout as sleep } from 'node:timers/promises';
import { Connection, isGrpcServiceError } from '@temporalio/client';
import proto from '@temporalio/proto';
import { type Config, ConfigError } from '../config.ts';
import { buildIdOf } from '../workers/buildId.ts';
import { ServerError } from './client/server.ts';

/** A build's workers are known to the server a moment after they began. */
const KNOWN_WITHIN_MS = 60_000;
const NOT_FOUND = 5;
const FAILED_PRECONDITION = 9;

export interface Build {
  buildId: string;
  /** `current`: it gets what is new. `draining`: some workflows still need its workers. `drained`: none does. */
  status: 'current' | 'ramping' | 'draining' | 'drained' | 'inactive';
}

interface Session {
  connection: Connection;
  namespace: string;
  deploymentName: string;
}

async function withDeployment<T>(config: Config, work: (session: Session) => Promise<T>): Promise<T> {
  const { connection: settings, namespace, deployment } = config.temporal;
  if (deployment === null)
    throw new ConfigError('Builds have versions only where WORKER_DEPLOYMENT names their deployment.');
  const connection = await Connection.connect(settings);
  try {
    return await work({ connection, namespace, deploymentName: deployment.name });
  } finally {
    await connection.close();
  }
}

const { WorkerDeploymentVersionStatus: Status } = proto.temporal.api.enums.v1;
const STATUS: Readonly<Record<number, Build['status']>> = {
  [Status.WORKER_DEPLOYMENT_VERSION_STATUS_CURRENT]: 'current',
  [Status.WORKER_DEPLOYMENT_VERSION_STATUS_RAMPING]: 'ramping',
  [Status.WORKER_DEPLOYMENT_VERSION_STATUS_DRAINING]: 'draining',
  [Status.WORKER_DEPLOYMENT_VERSION_STATUS_DRAINED]: 'drained',
};

/** The builds that the server knows of, the newest first. */
export function listBuilds(config: Config): Promise<Build[]> {
  return withDeployment(config, async ({ connection, namespace, deploymentName }) => {
    try {
      const { workerDeploymentInfo: info } = await connection.workflowService.describeWorkerDeployment({
        namespace,
        deploymentName,
      });
      return (info?.versionSummaries ?? []).map(({ deploymentVersion, status }) => ({
        buildId: deploymentVersion?.buildId ?? '',
        status: STATUS[status ?? 0] ?? 'inactive',
      }));
    } catch (error) {
      if (isGrpcServiceError(error) && error.code === NOT_FOUND) return [];
      throw error;
    }
  });
}

/**
 * Has everything new, and everything that moves on, done by a build; waits for its workers to be known first.
 * @param wanted default: the build that this program is of
 * @returns the build @throws ServerError when no worker of it comes
 */
export function promoteBuild(config: Config, wanted?: string): Promise<string> {
  return withDeployment(config, async ({ connection, namespace, deploymentName }) => {
    const buildId = wanted ?? (await buildIdOf(config)) ?? '';
    for (const until = Date.now() + KNOWN_WITHIN_MS; ; await sleep(500)) {
      try {
        await connection.workflowService.setWorkerDeploymentCurrentVersion({
          namespace,
          deploymentName,
          buildId,
          identity: 'tributary',
        });
        return buildId;
      } catch (error) {
        const waits =
          isGrpcServiceError(error) && (error.code === NOT_FOUND || error.code === FAILED_PRECONDITION);
        if (!waits) throw error;
        if (Date.now() > until)
          throw new ServerError(
            `Build ${buildId} cannot become the current one (${error.details}). Start its workers first.`,
          );
      }
    }
  });
}

import { type Config, loadEnvironment, readConfig } from '../config.ts';
import { ServerError } from './client/server.ts';
import { runDev } from './dev/dev.ts';
import { PortTaken } from './dev/preflight.ts';
import { embeddedDefaults, partCommands } from './devSettings.ts';
import { AlreadyRunning } from './embedded/lock.ts';
import { findRunningStack } from './embedded/runningStack.ts';
import { ensureSecretKey } from './embedded/secretKey.ts';

/** A little more than workers give themselves. */
const DRAIN_MS = 20_000;

/** Runs everything on this machine until it is stopped, and ends the process. */
export async function runEmbedded(config: Config): Promise<never> {
  const given = { ...loadEnvironment(), ...embeddedDefaults(loadEnvironment()) };
  const env: NodeJS.ProcessEnv = {
    ...given,
    SECRET_KEY: given['SECRET_KEY'] || (await ensureSecretKey(config.dataDir)),
  };
  const { reach, capture } = readConfig(env);
  const allowed = [...(reach.allowLoopback ? ['loopback'] : []), ...reach.allowPrivateNets];
  try {
    const code = await runDev({
      dataDir: config.dataDir,
      cacheDir: config.cacheDir,
      host: config.host,
      port: config.port,
      databaseUrl: config.database.url,
      temporalAddress: config.temporal.address,
      temporalNamespace: config.temporal.namespace,
      temporalUiUrl: config.temporal.uiUrl,
      searchAttributes: {},
      env: { NODE_ENV: 'production', ...env },
      commands: partCommands(capture.streams, config.adminPort),
      drainMs: DRAIN_MS,
      notes: [
        { label: 'May import from', value: `public addresses, ${allowed.join(', ')}` },
        { label: 'May read folders', value: reach.folders.join(', ') || 'none' },
      ],
      // npm may be killed without a word to what it runs.
      stopWithParent: env['npm_lifecycle_event'] !== undefined,
    });
    process.exit(code);
  } catch (error) {
    if (error instanceof AlreadyRunning || error instanceof PortTaken) throw new ServerError(error.message);
    throw error;
  }
}

/** The settings with the addresses of the stack that runs on this data directory, where they name none themselves. */
export async function withRunningStack(config: Config): Promise<Config> {
  if (config.database.url !== null) return config;
  const stack = await findRunningStack(config.dataDir);
  if (stack.databaseUrl === null) {
    throw new ServerError(
      'This looks at a running Tributary and none runs on this data directory. Start it with "npm start", or set ' +
        'DATABASE_URL and TEMPORAL_ADDRESS.',
    );
  }
  return readConfig({
    ...loadEnvironment(),
    SECRET_KEY: config.secrets.key ?? (await ensureSecretKey(config.dataDir)),
    DATABASE_URL: stack.databaseUrl,
    ...(stack.temporalAddress === null ? {} : { TEMPORAL_ADDRESS: stack.temporalAddress }),
  });
}

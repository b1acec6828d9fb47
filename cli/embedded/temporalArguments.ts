import type { TemporalOptions } from './temporalOptions.ts';

/**
 * The development server has one history shard, and 20 polls a second for it by default: after a short burst
 * every hop of every workflow waits 50 ms. A cluster has hundreds of shards and does not show it.
 */
const DYNAMIC_CONFIG: Readonly<Record<string, number>> = {
  'history.transferProcessorMaxPollRPS': 2000,
  'history.timerProcessorMaxPollRPS': 2000,
  'history.visibilityProcessorMaxPollRPS': 200,
};

/** What the CLI's own tests use; without WAL and a timeout a killed server can leave "database is locked". */
const SQLITE = ['journal_mode=WAL', 'synchronous=NORMAL', 'busy_timeout=5000'];

export function temporalArguments(options: TemporalOptions): string[] {
  const { port, uiPort, dbFile, namespace, searchAttributes = {} } = options;
  const each = (flag: string, values: readonly string[]): string[] =>
    values.flatMap((value) => [flag, value]);
  return [
    // The user's own Temporal profile must not change this server.
    ...['server', 'start-dev', '--disable-config-file', '--disable-config-env', '--log-level', 'error'],
    ...['--ip', '127.0.0.1', '--port', String(port)],
    ...(uiPort === null ? ['--headless'] : ['--ui-port', String(uiPort)]),
    ...(namespace === 'default' ? [] : ['--namespace', namespace]),
    ...(dbFile === null ? [] : ['--db-filename', dbFile, ...each('--sqlite-pragma', SQLITE)]),
    ...each(
      '--dynamic-config-value',
      Object.entries(DYNAMIC_CONFIG).map(([key, value]) => `${key}=${value}`),
    ),
    ...each(
      '--search-attribute',
      Object.entries(searchAttributes).map(([name, type]) => `${name}=${type}`),
    ),
  ];
}

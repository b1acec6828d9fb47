#!/usr/bin/env node
import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { ConfigError, loadConfig } from '../config.ts';
import { migrate } from '../stores/postgres/migrate.ts';
import { QUEUES, type Queue } from '../workflows/queues.ts';
import { absoluteAddress } from './client/address.ts';
import type { Given } from './client/given.ts';
import { connectServer, ServerError } from './client/server.ts';
import { packageVersion } from './location.ts';
import { runService } from './runService.ts';
import { tellReady } from './stopSignal.ts';

function queues(text: string): Queue[] {
  const wanted = text.split(',').filter(Boolean);
  const known = wanted.filter((name): name is Queue => (QUEUES as readonly string[]).includes(name));
  if (known.length === 0 || known.length !== wanted.length) {
    throw new InvalidArgumentError(`Choose from ${QUEUES.join(', ')}, separated by commas.`);
  }
  return known;
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 10_000)
    throw new InvalidArgumentError('Give a number from 1 to 10000.');
  return value;
}

interface SourceOptions extends Given {
  name: string;
  schedule?: string;
  timezone?: string;
  maxFiles?: number;
  test: boolean;
  server?: string;
}

interface ImportOptions extends Given {
  server?: string;
  force: boolean;
  timezone?: string;
}

const program = new Command('tributary')
  .description('Brings images in from anywhere and carries each through one durable pipeline.')
  .version(packageVersion())
  .showHelpAfterError('Try --help.');

program
  .command('dev')
  .description('run everything on this machine, with an embedded Postgres and Temporal')
  .action(async () => {
    const { runEmbedded } = await import('./embeddedStack.ts');
    await runEmbedded(loadConfig());
  });

program
  .command('api')
  .description('run the HTTP API')
  .action(async () => {
    const { runApi } = await import('./api.ts');
    const config = loadConfig();
    await runService(config, 'api', (log, stop) => runApi(config, log, stop, (port) => tellReady({ port })));
  });

program
  .command('worker')
  .description('run workers')
  .requiredOption('--queues <names>', `which queues, of ${QUEUES.join(', ')}`, queues)
  .action(async (options: { queues: Queue[] }) => {
    const { runWorker } = await import('../workers/runWorker.ts');
    const config = loadConfig();
    const name = `worker-${options.queues.join('+')}`;
    await runService(config, name, (log, stop) => runWorker(config, options.queues, log, stop, tellReady));
  });

program
  .command('migrate')
  .description('bring the database schema up to date')
  .action(async () => {
    const config = loadConfig();
    if (config.database.url === null) throw new ServerError('Set DATABASE_URL to the database to migrate.');
    const applied = await migrate(config.database.url);
    console.log(applied.length === 0 ? 'The schema is up to date.' : `Applied ${applied.join(', ')}.`);
  });

program
  .command('import')
  .description('import everything at an address: a folder, a share, a server')
  .argument('<address>', 'a path on this machine or a link')
  .option('--server <url>', 'the Tributary to use')
  .option('--force', 'fetch files again whose version is known', false)
  .option('--timezone <zone>', 'IANA zone of camera clocks that name none')
  .option('--kind <kind>', 'what the address is, where it does not tell by itself')
  .option('--set <name=value...>', 'settings of the kind of source')
  .option('--credentials <file>', 'JSON file with what the source asks for; - reads standard input')
  .action(async (address: string, options: ImportOptions) => {
    const { importAndWatch } = await import('./client/import.ts');
    const server = connectServer(loadConfig(), options.server);
    const { readGiven } = await import('./client/given.ts');
    const { force, timezone } = options;
    const good = await importAndWatch(
      server,
      absoluteAddress(address),
      { force, timezone },
      await readGiven(options),
    );
    process.exitCode = good ? 0 : 1;
  });

program
  .command('sample')
  .description('draw a small demo library and import it')
  .option('--count <n>', 'how many pictures', positive, 24)
  .option('--server <url>', 'the Tributary to use')
  .action(async (options: { count: number; server?: string }) => {
    const [{ drawLibrary }, { importAndWatch }] = await Promise.all([
      import('./client/sample.ts'),
      import('./client/import.ts'),
    ]);
    const config = loadConfig();
    const server = connectServer(config, options.server);
    await server.call('GET', '/livez');
    const folder = path.join(config.dataDir, 'sample');
    await drawLibrary(folder, options.count, (done) => {
      if (process.stderr.isTTY) process.stderr.write(`\rdrawing picture ${done} of ${options.count}`);
    });
    if (process.stderr.isTTY) process.stderr.write('\n');
    const good = await importAndWatch(server, folder, { force: false, timezone: undefined });
    process.exitCode = good ? 0 : 1;
  });

program
  .command('resume')
  .description('let an import go on that waits for something')
  .argument('<import>', 'its id')
  .option('--credentials <file>', 'JSON file with what the source asks for; - reads standard input')
  .option('--set <name=value...>', 'settings of the kind of source')
  .option('--skip', 'leave out the files that wait', false)
  .option('--server <url>', 'the Tributary to use')
  .action(async (id: string, options: Given & { skip: boolean; server?: string }) => {
    const { readGiven } = await import('./client/given.ts');
    const server = connectServer(loadConfig(), options.server);
    const body = { ...(await readGiven(options)), skip: options.skip };
    const { message } = await server.call<{ message: string }>(
      'POST',
      `/imports/${encodeURIComponent(id)}/resume`,
      body,
    );
    console.log(message);
  });

const source = program.command('source').description('places that are pulled on a schedule');

source
  .command('add')
  .description('pull a place on a schedule')
  .argument('<address>', 'a path on the machine of the worker or a link')
  .requiredOption('--name <name>', 'what people call it')
  .option('--schedule <when>', 'cron expression, or "every 15m"; hourly when absent')
  .option('--timezone <zone>', 'IANA zone of the schedule and of camera clocks that name none')
  .option('--max-files <n>', 'the most files of one run', positive)
  .option('--kind <kind>', 'what the address is (default: http-directory)')
  .option('--set <name=value...>', 'settings of the kind of source')
  .option('--credentials <file>', 'JSON file with what the source asks for; - reads standard input')
  .option('--test', 'look at it first, and add it only when it can be read', false)
  .option('--server <url>', 'the Tributary to use')
  .action(async (address: string, options: SourceOptions) => {
    const [{ addSource }, { readGiven }] = await Promise.all([
      import('./client/sources.ts'),
      import('./client/given.ts'),
    ]);
    const server = connectServer(loadConfig(), options.server);
    const good = await addSource(server, absoluteAddress(address), options, await readGiven(options));
    process.exitCode = good ? 0 : 1;
  });

source
  .command('list')
  .description('show all of them')
  .option('--server <url>', 'the Tributary to use')
  .action(async (options: { server?: string }) => {
    const { showSources } = await import('./client/sources.ts');
    await showSources(connectServer(loadConfig(), options.server));
  });

source
  .command('run')
  .description('run one now and wait for it')
  .argument('<source>', 'its id')
  .option('--all', 'everything that is there, and not only as many files as a run takes', false)
  .option('--server <url>', 'the Tributary to use')
  .action(async (id: string, options: { all: boolean; server?: string }) => {
    const { runSource } = await import('./client/sources.ts');
    const good = await runSource(connectServer(loadConfig(), options.server), id, options.all);
    process.exitCode = good ? 0 : 1;
  });

program
  .command('credentials')
  .description('stored credentials')
  .command('rotate')
  .description('seal them anew with SECRET_KEY; PREVIOUS_SECRET_KEYS opens what is there')
  .action(async () => {
    const [{ rotate }, { withRunningStack }] = await Promise.all([
      import('./credentials.ts'),
      import('./embeddedStack.ts'),
    ]);
    const count = await rotate(await withRunningStack(loadConfig()));
    console.log(count === 0 ? 'All credentials have the current key.' : `Sealed ${count} credentials anew.`);
  });

program
  .command('audit')
  .description('check that nothing is lost, doubled or damaged; reads every object, changes nothing')
  .option('--json', 'print the report as JSON', false)
  .action(async (options: { json: boolean }) => {
    const [{ printReport, runAudit }, { withRunningStack }] = await Promise.all([
      import('./audit.ts'),
      import('./embeddedStack.ts'),
    ]);
    const report = await runAudit(await withRunningStack(loadConfig()));
    if (options.json) console.log(JSON.stringify(report, null, 2));
    else printReport(report);
    process.exitCode = report.clean ? 0 : 1;
  });

program
  .command('openapi')
  .description('print the OpenAPI document')
  .action(async () => {
    const { printOpenApi } = await import('./openapi.ts');
    printOpenApi(loadConfig());
  });

try {
  await program.parseAsync();
} catch (error) {
  const detail = error instanceof Error ? error.message : String(error);
  console.error(error instanceof ConfigError || error instanceof ServerError ? detail : error);
  process.exitCode = error instanceof ConfigError ? error.exitCode : 1;
}

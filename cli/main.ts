#!/usr/bin/env node
import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { ConfigError, loadConfig } from '../config.ts';
import { migrate } from '../stores/postgres/migrate.ts';
import { QUEUES, type Queue } from '../workflows/queues.ts';
import { absoluteAddress } from './client/address.ts';
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
  .description('import everything at an address: a folder, or an http(s) directory')
  .argument('<address>', 'a path on this machine or a link')
  .option('--server <url>', 'the Tributary to use')
  .option('--force', 'fetch files again whose version is known', false)
  .option('--timezone <zone>', 'IANA zone of camera clocks that name none')
  .action(async (address: string, options: { server?: string; force: boolean; timezone?: string }) => {
    const { importAndWatch } = await import('./client/import.ts');
    const server = connectServer(loadConfig(), options.server);
    const good = await importAndWatch(server, absoluteAddress(address), {
      force: options.force,
      timezone: options.timezone,
    });
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

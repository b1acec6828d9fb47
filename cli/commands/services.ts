import { type Command, InvalidArgumentError } from 'commander';
import { loadConfig } from '../../config.ts';
import { migrate } from '../../stores/postgres/migrate.ts';
import { QUEUES, type Queue } from '../../workflows/queues.ts';
import { ServerError } from '../client/server.ts';
import { runService } from '../runService.ts';
import { tellReady } from '../stopSignal.ts';

function queues(text: string): Queue[] {
  const wanted = text.split(',').filter(Boolean);
  const known = wanted.filter((name): name is Queue => (QUEUES as readonly string[]).includes(name));
  if (known.length === 0 || known.length !== wanted.length) {
    throw new InvalidArgumentError(`Choose from ${QUEUES.join(', ')}, separated by commas.`);
  }
  return known;
}

/** What runs until it is stopped, and the schema that it needs. */
export function addServices(program: Command): void {
  program
    .command('dev')
    .description('run everything on this machine, with an embedded Postgres and Temporal')
    .action(async () => {
      const { runEmbedded } = await import('../embeddedStack.ts');
      await runEmbedded(loadConfig());
    });

  program
    .command('api')
    .description('run the HTTP API')
    .action(async () => {
      const { runApi } = await import('../api.ts');
      const config = loadConfig();
      await runService(config, 'api', (log, stop) =>
        runApi(config, log, stop, (port) => tellReady({ port })),
      );
    });

  program
    .command('worker')
    .description('run workers')
    .requiredOption('--queues <names>', `which queues, of ${QUEUES.join(', ')}`, queues)
    .action(async (options: { queues: Queue[] }) => {
      const { runWorker } = await import('../../workers/runWorker.ts');
      const config = loadConfig();
      const name = `worker-${options.queues.join('+')}`;
      await runService(config, name, (log, stop) => runWorker(config, options.queues, log, stop, tellReady));
    });

  program
    .command('migrate')
    .description('bring the database schema up to date, and the search attributes of the Temporal namespace')
    .action(async () => {
      const config = loadConfig();
      if (config.database.url === null) throw new ServerError('Set DATABASE_URL to the database to migrate.');
      const applied = await migrate(config.database.url);
      console.log(applied.length === 0 ? 'The schema is up to date.' : `Applied ${applied.join(', ')}.`);
      const { printRegistration, registerSearchAttributes } = await import('../searchAttributes.ts');
      // Nobody waits for them: what is started before they are of use goes on without them.
      printRegistration(await registerSearchAttributes(config, 0), config);
    });
}

import type { Command } from 'commander';
import { loadConfig } from '../../config.ts';
import { absoluteAddress } from '../client/address.ts';
import type { Given } from '../client/given.ts';
import { connectServer } from '../client/server.ts';
import { positive } from './arguments.ts';

interface SourceOptions extends Given {
  name: string;
  schedule?: string;
  timezone?: string;
  maxFiles?: number;
  test: boolean;
  server?: string;
}

/** Places that are pulled on a schedule. */
export function addSources(program: Command): void {
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
        import('../client/sources.ts'),
        import('../client/given.ts'),
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
      const { showSources } = await import('../client/sources.ts');
      await showSources(connectServer(loadConfig(), options.server));
    });

  source
    .command('run')
    .description('run one now and wait for it')
    .argument('<source>', 'its id')
    .option('--all', 'everything that is there, and not only as many files as a run takes', false)
    .option('--server <url>', 'the Tributary to use')
    .action(async (id: string, options: { all: boolean; server?: string }) => {
      const { runSource } = await import('../client/sources.ts');
      const good = await runSource(connectServer(loadConfig(), options.server), id, options.all);
      process.exitCode = good ? 0 : 1;
    });
}

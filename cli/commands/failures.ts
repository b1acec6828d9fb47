import type { Command } from 'commander';
import { loadConfig } from '../../config.ts';
import type { FailureFilter } from '../client/failures.ts';
import { connectServer, ServerError } from '../client/server.ts';
import { positive, positiveId } from './arguments.ts';

interface ListOptions extends FailureFilter {
  limit: number;
  json: boolean;
  server?: string;
}

interface RedriveOptions extends FailureFilter {
  all: boolean;
  server?: string;
}

/** What failed, and another round for it. */
export function addFailures(program: Command): void {
  const failures = program.command('failures').description('what failed, and another round for it');

  failures
    .command('list', { isDefault: true })
    .description('show failed items with their reasons and what to do')
    .option('--tenant <name>', 'only those of this tenant')
    .option('--import <id>', 'only those of this import')
    .option('--reason <code>', 'only those with this reason')
    .option('--limit <n>', 'how many at most', positive, 50)
    .option('--json', 'print them as JSON', false)
    .option('--server <url>', 'the Tributary to use')
    .action(async (options: ListOptions) => {
      const { showFailures } = await import('../client/failures.ts');
      await showFailures(connectServer(loadConfig(), options.server), options, options);
    });

  failures
    .command('redrive')
    .description('give failed items another round')
    .argument(
      '[ids...]',
      'which ones; or use --all or a filter',
      (id: string, before: number[] | undefined) => [...(before ?? []), positiveId(id)],
    )
    .option('--all', 'everything that has failed', false)
    .option('--tenant <name>', 'everything of this tenant')
    .option('--import <id>', 'everything of this import')
    .option('--reason <code>', 'everything with this reason')
    .option('--server <url>', 'the Tributary to use')
    .action(async (ids: number[], { all, tenant, import: id, reason, server }: RedriveOptions) => {
      const { redriveFailures } = await import('../client/failures.ts');
      const filter = {
        ...(tenant !== undefined && { tenant_name: tenant }),
        ...(id !== undefined && { import_id: id }),
        ...(reason !== undefined && { reason }),
      };
      const ways = [
        ...(ids.length > 0 ? [{ ids }] : []),
        ...(Object.keys(filter).length > 0 ? [{ filter }] : []),
        ...(all ? [{ all: true as const }] : []),
      ];
      const [wanted] = ways;
      if (wanted === undefined || ways.length > 1) {
        throw new ServerError(
          'Name what to redrive: ids, a filter (--tenant, --import, --reason), or --all.',
        );
      }
      const good = await redriveFailures(connectServer(loadConfig(), server), wanted);
      process.exitCode = good ? 0 : 1;
    });

  failures
    .command('table')
    .description('print every kind of failure as the table of docs/failures.md')
    .action(async () => {
      const { failureTable } = await import('../failureTable.ts');
      console.log(failureTable());
    });
}

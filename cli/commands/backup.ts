import path from 'node:path';
import type { Command } from 'commander';
import { loadConfig } from '../../config.ts';

/** What was lost comes back from here. */
export function addBackup(program: Command): void {
  program
    .command('backup')
    .description(
      'write all rows as of one moment, and a list of the objects they promise, into a new directory',
    )
    .argument('<directory>')
    .option('--objects', 'the objects themselves, too', false)
    .option('--json', 'print the report as JSON', false)
    .action(async (directory: string, { objects, json }: { objects: boolean; json: boolean }) => {
      const [{ printBackup, runBackup }, { withRunningStack }] = await Promise.all([
        import('../backup.ts'),
        import('../embeddedStack.ts'),
      ]);
      const report = await runBackup(await withRunningStack(loadConfig()), path.resolve(directory), objects);
      if (json) console.log(JSON.stringify(report, null, 2));
      else printBackup(report);
      process.exitCode = (report.objects?.wrongCount ?? 0) === 0 ? 0 : 1;
    });

  program
    .command('restore')
    .description('put a backup into an empty database, and its objects into the store')
    .argument('<directory>')
    .option('--json', 'print the report as JSON', false)
    .action(async (directory: string, { json }: { json: boolean }) => {
      const [{ printRestore, runRestore }, { withRunningStack }] = await Promise.all([
        import('../backup.ts'),
        import('../embeddedStack.ts'),
      ]);
      const report = await runRestore(await withRunningStack(loadConfig()), path.resolve(directory));
      if (json) console.log(JSON.stringify(report, null, 2));
      else printRestore(report);
      process.exitCode = report.objects.wrongCount === 0 ? 0 : 1;
    });
}

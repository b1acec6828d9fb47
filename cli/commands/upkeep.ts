import type { Command } from 'commander';
import { loadConfig } from '../../config.ts';

/** Looking after what is there. */
export function addUpkeep(program: Command): void {
  program
    .command('credentials')
    .description('stored credentials')
    .command('rotate')
    .description('seal them anew with SECRET_KEY; PREVIOUS_SECRET_KEYS opens what is there')
    .action(async () => {
      const [{ rotate }, { withRunningStack }] = await Promise.all([
        import('../credentials.ts'),
        import('../embeddedStack.ts'),
      ]);
      const count = await rotate(await withRunningStack(loadConfig()));
      console.log(
        count === 0 ? 'All credentials have the current key.' : `Sealed ${count} credentials anew.`,
      );
    });

  program
    .command('audit')
    .description('check that nothing is lost, doubled or damaged; reads every object, changes nothing')
    .option('--json', 'print the report as JSON', false)
    .action(async (options: { json: boolean }) => {
      const [{ printReport, runAudit }, { withRunningStack }] = await Promise.all([
        import('../audit.ts'),
        import('../embeddedStack.ts'),
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
      const { printOpenApi } = await import('../openapi.ts');
      printOpenApi(loadConfig());
    });
}

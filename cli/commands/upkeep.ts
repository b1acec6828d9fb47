import type { Command } from 'commander';
import { loadConfig } from '../../config.ts';
import { hours, positiveId } from './arguments.ts';

interface AuditOptions {
  fix: boolean;
  json: boolean;
  resume: boolean;
  since?: number;
  grace?: number;
}

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
    .description('check that nothing is lost, doubled or damaged; reads every object')
    .option('--fix', 'mend what can be mended without losing anything', false)
    .option('--json', 'print the report as JSON', false)
    .option('--resume', 'go on with the last one that was cut off', false)
    .option('--since <asset>', 'read only what belongs to assets after this id', positiveId)
    .option('--grace <hours>', 'how old an object must be to belong to nothing (default: 24)', hours)
    .action(async (options: AuditOptions) => {
      const [{ createAuditProgress, printReport, runAudit }, { withRunningStack }] = await Promise.all([
        import('../audit.ts'),
        import('../embeddedStack.ts'),
      ]);
      const { fix, resume, since, grace } = options;
      const report = await runAudit(await withRunningStack(loadConfig()), {
        fix,
        resume,
        ...(since !== undefined && { since }),
        ...(grace !== undefined && { graceMs: grace * 3_600_000 }),
        onProgress: createAuditProgress(),
      });
      if (options.json) console.log(JSON.stringify(report, null, 2));
      else printReport(report);
      const mended = fix && report.repairs.length > 0 && report.needs.length === 0;
      process.exitCode = report.clean || mended ? 0 : 1;
    });

  program
    .command('doctor')
    .description('look at everything that can be wrong with an installation, and say how to mend it')
    .option('--json', 'print the findings as JSON', false)
    .action(async ({ json }: { json: boolean }) => {
      const { examine, printDiagnosis } = await import('../doctor/doctor.ts');
      const diagnosis = await examine();
      if (json) console.log(JSON.stringify(diagnosis, null, 2));
      else printDiagnosis(diagnosis);
      process.exitCode = diagnosis.healthy ? 0 : 1;
    });

  program
    .command('openapi')
    .description('print the OpenAPI document')
    .action(async () => {
      const { printOpenApi } = await import('../openapi.ts');
      printOpenApi(loadConfig());
    });

  program
    .command('postman')
    .description('print a Postman collection of the API')
    .action(async () => {
      const { printPostman } = await import('../openapi.ts');
      printPostman(loadConfig());
    });
}

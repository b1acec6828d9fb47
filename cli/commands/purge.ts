import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { loadConfig } from '../../config.ts';
import { ServerError } from '../client/server.ts';

const SAYS = {
  valid: 'The report is genuine: this installation wrote it, and nobody has changed it since.',
  forged: 'NOT GENUINE: the report does not match its signature.',
  unsigned: 'The report is not signed: no SECRET_KEY was set when it was written.',
  'unknown-key':
    'The report was signed with another SECRET_KEY. Set that one, or add it to PREVIOUS_SECRET_KEYS.',
} as const;

/** What was deleted for good. */
export function addPurge(program: Command): void {
  program
    .command('purge')
    .description('what was deleted for good')
    .command('verify')
    .description('check the signature of a report; ends with 1 when it is not genuine')
    .argument('<report>', 'JSON file: the report of a purge, or the purge that holds it')
    .action(async (file: string) => {
      const [{ createReportSigner }, { PurgeReportSchema }, { secretsOf }] = await Promise.all([
        import('../../stores/purging/signature.ts'),
        import('../../api/schemas/purges.ts'),
        import('../secrets.ts'),
      ]);
      const { key, previous } = await secretsOf(loadConfig());
      const report = PurgeReportSchema.safeParse(reportIn(await readFile(file, 'utf8')));
      if (!report.success) throw new ServerError(`${file} holds no report of a purge.`);
      const verdict = createReportSigner(key, previous).verify(report.data);
      console.log(SAYS[verdict]);
      process.exitCode = verdict === 'valid' ? 0 : 1;
    });
}

/** The answer of `GET /purges/{id}` holds the report in one field. */
function reportIn(text: string): unknown {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === 'object' && read !== null && 'report' in read ? read.report : read;
  } catch {
    return undefined;
  }
}

import { ConfigError, loadConfig } from '../../config.ts';
import { ServerError } from '../client/server.ts';
import { withRunningStack } from '../embeddedStack.ts';
import { lookAtDatabase } from './database.ts';
import { type Finding, fail, ok } from './finding.ts';
import { lookAtMachine } from './machine.ts';
import { lookAtSecrets } from './secrets.ts';
import { lookAtServices } from './services.ts';

export interface Diagnosis {
  healthy: boolean;
  findings: Finding[];
}

/** Looks at everything that a person can get wrong. Changes nothing but a file that it writes to the object store and deletes. */
export async function examine(): Promise<Diagnosis> {
  const findings: Finding[] = [{ check: 'node', ...ok(`Node ${process.versions.node}`) }];
  try {
    const given = loadConfig();
    findings.push({ check: 'settings', ...ok('usable') });
    // A stack that runs on this data directory says where its parts are; without one the settings stand alone.
    const config = await withRunningStack(given).catch((error: unknown) => {
      if (error instanceof ServerError) return given;
      throw error;
    });
    findings.push(...(await lookAtDatabase(config)), ...(await lookAtServices(config)));
    findings.push(...(await lookAtSecrets(config)), ...(await lookAtMachine(config)));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    findings.push({
      check: 'settings',
      ...fail(error.message, 'Each line names a variable; .env.example says what it means.'),
    });
  }
  return { healthy: findings.every(({ verdict }) => verdict !== 'fail'), findings };
}

const MARK = { ok: 'ok  ', warn: 'WARN', fail: 'FAIL', skip: '-   ' } as const;

export function printDiagnosis({ healthy, findings }: Diagnosis): void {
  for (const { check, verdict, detail, mend } of findings) {
    console.log(`${MARK[verdict]} ${check}: ${detail}`);
    if (mend !== undefined && mend !== '') console.log(`       ${mend}`);
  }
  console.log(healthy ? 'Nothing is in the way.' : 'Something has to be mended.');
}

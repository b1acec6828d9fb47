import type { Config } from '../../config.ts';
import { createSealer } from '../../stores/credentials/sealer.ts';
import { createDatabase } from '../../stores/postgres/database.ts';
import { type Answer, type Finding, fail, look, ok, warn } from './finding.ts';

const MAKE_ONE =
  'Set SECRET_KEY to 32 random characters or more (openssl rand -base64 32), the same for all processes.';

/** Whether what was sealed can be opened, and whether something is sealed at all. */
export async function lookAtSecrets(config: Config): Promise<Finding[]> {
  return [
    await look('secrets', MAKE_ONE, async () => {
      const { key, previous } = config.secrets;
      if (key === null) {
        const detail = 'SECRET_KEY is not set: credentials can neither be kept nor used';
        return config.access.required ? fail(detail, MAKE_ONE) : warn(detail, MAKE_ONE);
      }
      return sealed(config, [key, ...previous]);
    }),
  ];
}

async function sealed({ database: { url } }: Config, keys: string[]): Promise<Answer> {
  if (url === null) return ok('SECRET_KEY is set');
  const db = createDatabase({ url, pool: 1, deadlineMs: 8_000, applicationName: 'tributary-doctor' });
  try {
    const known = keys.map((key) => createSealer(key).keyId);
    const rows = await db.run(
      (sql) => sql<{ keyId: string; n: number }[]>`
        select key_id as "keyId", count(*) as n from credentials group by key_id`,
    );
    const lost = rows.filter(({ keyId }) => !known.includes(keyId)).reduce((sum, { n }) => sum + n, 0);
    const old = rows.filter(({ keyId }) => keyId !== known[0]).reduce((sum, { n }) => sum + n, 0) - lost;
    if (lost > 0)
      return fail(
        `${lost} credentials were sealed with a key that is not configured`,
        'Put the key that SECRET_KEY was before into PREVIOUS_SECRET_KEYS; else give the credentials anew.',
      );
    return old > 0
      ? warn(`${old} credentials are still sealed with a previous key`, 'Run: tributary credentials rotate')
      : ok('SECRET_KEY opens all credentials');
  } catch (error) {
    // A database that is away, or empty, is said elsewhere.
    return ok(`SECRET_KEY is set; credentials could not be looked at (${(error as Error).name})`);
  } finally {
    await db.close();
  }
}

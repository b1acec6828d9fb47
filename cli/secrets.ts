import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '../config.ts';

/** The secrets of the settings or, where none are set, the one that `npm start` made in the data directory. */
export async function secretsOf(config: Config): Promise<Config['secrets']> {
  if (config.secrets.key !== null) return config.secrets;
  const made = await readFile(path.join(config.dataDir, 'secret.key'), 'utf8').catch(() => null);
  return { ...config.secrets, key: made?.trim() ?? null };
}

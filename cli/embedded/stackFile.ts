import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { identifyProcess } from '../setup/processIdentity.js';

const StackSchema = z.object({
  password: z.string().min(16),
  ports: z.record(z.string(), z.int().min(1).max(65_535)).default({}),
  /** What was started last, to be cleared away if it is still there at the next start. */
  processes: z.record(z.string(), z.object({ pid: z.int(), identity: z.string() })).default({}),
});

/** What a start on a data directory has to know about the one before. */
export type Stack = z.infer<typeof StackSchema>;

const fileIn = (dataDir: string): string => path.join(dataDir, 'stack.json');

/** A missing or damaged file counts as a first start: everything in it can be made anew. */
export async function readStack(dataDir: string): Promise<Stack> {
  const fresh: Stack = { password: randomBytes(24).toString('base64url'), ports: {}, processes: {} };
  try {
    return StackSchema.parse(JSON.parse(await readFile(fileIn(dataDir), 'utf8')));
  } catch {
    return fresh;
  }
}

/** Only for the eyes of the user who started it: it holds the password of the database. */
export async function writeStack(dataDir: string, stack: Stack): Promise<void> {
  const file = fileIn(dataDir);
  await writeFile(`${file}.new`, `${JSON.stringify(stack, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/** How to know a process again later; `null` when it is gone already. */
export function remember(pid: number): { pid: number; identity: string } | null {
  const identity = identifyProcess(pid);
  return identity === null ? null : { pid, identity };
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identifyProcess } from '../../cli/setup/processIdentity.js';

/** A directory of its own for a suite; removed when the suite is done. Call inside `describe`. */
export function scratchDir(name: string): string {
  const dir = mkdtempSync(path.join(tmpdir(), `tributary-${name}-`));
  after(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  return dir;
}

/** Polls until the condition holds. @throws Error when it does not within the time */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  ms = 10_000,
): Promise<void> {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(25)) if (await condition()) return;
  throw new Error(`not within ${ms} ms: ${what}`);
}

export const isAlive = (pid: number): boolean => identifyProcess(pid) !== null;

export const whenGone = (pid: number, ms?: number): Promise<void> =>
  until(() => !isAlive(pid), `process ${pid} is gone`, ms);

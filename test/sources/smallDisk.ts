import { execFileSync } from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';

/** A file system of one megabyte; `null` where we may not mount one. */
export async function smallDisk(below: string): Promise<{ path: string; remove(): Promise<void> } | null> {
  const at = await fs.mkdtemp(path.join(below, 'small-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', at], { stdio: 'ignore' });
  } catch {
    await fs.rmdir(at);
    return null;
  }
  return {
    path: at,
    async remove() {
      execFileSync('umount', [at]);
      await fs.rmdir(at);
    },
  };
}

import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { cameraJpeg, smallJpeg } from './cameraJpeg.ts';

/** Part of the cache's name: raise it when the drawn pictures change. */
const SEED = 'v1';

const SETS = {
  photos: { count: 24, draw: cameraJpeg },
  small: { count: 25, draw: smallJpeg },
} as const;

export type SetName = keyof typeof SETS;

/** Where drawn pictures are kept between runs; the one thing that a run leaves behind. */
const CACHE = path.join(os.tmpdir(), `tributary-bench-${SEED}`);

/** Draws what is not there yet. @returns the directory, which holds nothing but these pictures, and their paths */
export async function pictureSet(
  name: SetName,
  tell: (line: string) => void,
): Promise<{ dir: string; files: string[] }> {
  const { count, draw } = SETS[name];
  const dir = path.join(CACHE, name);
  await mkdir(dir, { recursive: true });
  const files = Array.from({ length: count }, (_, seed) =>
    path.join(dir, `${name}-${String(seed).padStart(2, '0')}.jpg`),
  );
  const missing = files.flatMap((file, seed) => (existsSync(file) ? [] : [{ file, seed }]));
  if (missing.length > 5) tell(`drawing ${missing.length} pictures (${name}), once`);
  for (const { file, seed } of missing) {
    // A name of its own until it is whole: an interrupted run leaves no half picture behind.
    const draft = path.join(CACHE, `${path.basename(file)}.${process.pid}`);
    await writeFile(draft, await draw(seed));
    await rename(draft, file);
  }
  return { dir, files };
}

/** A directory beside the checkout with more files to measure on; `null` when it is not there. */
export async function besideCheckout(...parts: string[]): Promise<{ dir: string; files: string[] } | null> {
  const dir = path.resolve(import.meta.dirname, '../../../shared', ...parts);
  if (!existsSync(dir)) return null;
  const names = (await readdir(dir)).filter((name) =>
    /\.(jpe?g|png|webp|gif|tiff?|avif|hei[cf])$/i.test(name),
  );
  return { dir, files: names.toSorted().map((name) => path.join(dir, name)) };
}

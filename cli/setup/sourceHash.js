import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * A cheap fingerprint of sources: paths, sizes and modification times, no contents.
 *
 * @param {string} root
 * @param {readonly string[]} sources Paths below `root`; `*.ext` stands for such files directly in it.
 * @returns {Promise<string>} hex; a source that does not exist counts as empty
 */
export async function hashSources(root, sources) {
  const lines = (await Promise.all(sources.map((source) => describe(root, source)))).flat();
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex');
}

/**
 * @param {string} root
 * @param {string} source
 * @returns {Promise<string[]>}
 */
async function describe(root, source) {
  if (source.startsWith('*')) {
    const names = (await readdir(root)).filter((name) => name.endsWith(source.slice(1)));
    return (await Promise.all(names.map((name) => describe(root, name)))).flat();
  }
  const found = await stat(path.join(root, source)).catch(() => null);
  if (found === null) return [];
  if (!found.isDirectory()) return [`${source} ${found.size} ${found.mtimeMs}`];
  const names = (await readdir(path.join(root, source))).filter((name) => name !== 'node_modules');
  return (await Promise.all(names.map((name) => describe(root, path.join(source, name))))).flat();
}

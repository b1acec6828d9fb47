import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** What is compiled into `dist/`. */
const ROOMS = [
  ...[
    'domain',
    'workflows',
    'activities',
    'sources',
    'imaging',
    'capture',
    'stores',
    'workers',
    'api',
    'cli',
  ],
];

function newest(dir: string): number {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|sql)$/.test(entry.name))
    .reduce(
      (latest, entry) => Math.max(latest, statSync(path.join(entry.parentPath, entry.name)).mtimeMs),
      0,
    );
}

/**
 * The product's command line: compiled where `dist/` is up to date, since that is what runs in production and uses
 * less memory, else the sources.
 */
export function findProduct(): { main: string; compiled: boolean } {
  const built = [path.join(ROOT, 'dist', 'cli', 'main.js'), path.join(ROOT, 'dist', 'workflows-bundle.js')];
  const changed = Math.max(...ROOMS.map((room) => newest(path.join(ROOT, room))));
  const compiled = built.every((file) => existsSync(file) && statSync(file).mtimeMs >= changed);
  return { main: compiled ? (built[0] ?? '') : path.join(ROOT, 'cli', 'main.ts'), compiled };
}

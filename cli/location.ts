import { readFileSync } from 'node:fs';
import path from 'node:path';

/** The checkout, whether this runs from source (`cli/`) or compiled (`dist/cli/`). */
export function projectDir(): string {
  const above = path.resolve(import.meta.dirname, '..');
  return path.basename(above) === 'dist' ? path.dirname(above) : above;
}

export function distDir(): string {
  return path.join(projectDir(), 'dist');
}

export function packageVersion(): string {
  const manifest = JSON.parse(readFileSync(path.join(projectDir(), 'package.json'), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}

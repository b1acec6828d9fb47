import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const LOADER_FLAGS = new Set(['--import', '--require', '-r', '--loader', '--experimental-loader']);

/** `tsx` alone would be looked up from the child's working directory. */
function pinned(specifier: string): string {
  if (/^[./]|^[a-z]+:/.test(specifier)) return specifier;
  return pathToFileURL(createRequire(import.meta.url).resolve(specifier)).href;
}

/**
 * The Node flags with which a child can load what this process can load: none in `dist/`, the TypeScript
 * loader when running from source. Flags such as `--inspect` must not be inherited: the port is taken.
 */
export function loaderFlags(execArgv: readonly string[] = process.execArgv): string[] {
  const flags: string[] = [];
  const words = [...execArgv];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const [name = '', ...rest] = word.split('=');
    if (name === '--enable-source-maps') flags.push(name);
    if (!LOADER_FLAGS.has(name)) continue;
    const value = rest.length > 0 ? rest.join('=') : words.shift();
    if (value !== undefined) flags.push(name, name === '--import' ? pinned(value) : value);
  }
  return flags;
}

/** The path of a neighbouring entry file, with the extension that this module itself has (source or compiled). */
export function entryBeside(moduleUrl: string, name: string): string {
  const file = fileURLToPath(moduleUrl);
  return path.join(path.dirname(file), `${name}${path.extname(file)}`);
}

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { REPOSITORY } from './repository.js';
import { runStep } from './steps.js';

/**
 * @typedef {{ version?: string, integrity?: string, resolved?: string, optional?: boolean, devOptional?: boolean, peer?: boolean, link?: boolean }} LockedPackage
 */

/**
 * @param {string} file
 * @returns {Promise<Record<string, LockedPackage> | null>} `null` when the file is missing or cut off
 */
async function readPackages(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8')).packages ?? null;
  } catch {
    return null;
  }
}

/**
 * Why `node_modules` cannot be used, or `null` when it is what the lock file says. Compares contents, not
 * times: a fresh checkout gives the lock file a new time without changing a byte of it, and an installation
 * that was cut off has no hidden lock file, because npm writes that one last.
 *
 * @param {string} root
 * @returns {Promise<string | null>}
 */
export async function findInstallationFault(root) {
  const [wanted, installed] = await Promise.all([
    readPackages(path.join(root, 'package-lock.json')),
    readPackages(path.join(root, 'node_modules/.package-lock.json')),
  ]);
  if (wanted === null) return 'package-lock.json cannot be read';
  if (installed === null) return 'they are not installed yet';
  for (const [where, locked] of Object.entries(wanted)) {
    if (where === '') continue;
    const found = installed[where];
    if (found === undefined) {
      // Packages for other platforms are in the lock file and never on this disk.
      if (locked.optional || locked.devOptional) continue;
      return `${where} is missing`;
    }
    if (found.version !== locked.version || found.integrity !== locked.integrity)
      return `${where} has changed`;
  }
  const extra = Object.keys(installed).find((where) => !(where in wanted));
  return extra === undefined ? null : `${extra} is no longer needed`;
}

/**
 * @param {object} [options]
 * @param {string} [options.root]
 * @param {(line: string) => void} [options.log]
 */
export async function ensureInstalled({ root = REPOSITORY, log = console.log } = {}) {
  const fault = await findInstallationFault(root);
  if (fault === null) return;
  // The same npm that runs this script, when it does; `--include=dev` because the build needs it even
  // where NODE_ENV=production is set for everything.
  const npm = process.env.npm_execpath?.match(/npm-cli\.c?js$/)?.input;
  const args = ['ci', '--include=dev', '--no-fund', '--no-audit'];
  await runStep({
    title: `Installing packages with npm ci (${fault})`,
    command: npm === undefined ? 'npm' : process.execPath,
    args: npm === undefined ? args : [npm, ...args],
    cwd: root,
    show: true,
    log,
  });
}

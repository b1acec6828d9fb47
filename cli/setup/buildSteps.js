import { cp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { runStep } from './steps.js';

/**
 * @typedef {object} BuildStep
 * @property {string} name Its key in the stamp.
 * @property {string} presence The step is left out where this path does not exist.
 * @property {string[]} sources Files and folders that decide whether the step is up to date. `*.ts` are the files of the root.
 * @property {string} output Something that must be there for the step to count as done.
 * @property {(root: string, log: (line: string) => void) => Promise<void>} run
 */

const SETTINGS = ['package-lock.json', 'tsconfig.json'];

/** Run-time files that the compiler does not carry over. */
const COPIES = [{ from: 'stores/migrations', extension: '.sql' }];

/** Seen from the root of the checkout. */
const TSC = ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'];
const VITE = ['node_modules/vite/bin/vite.js', 'build', 'web', '--logLevel', 'warn'];
const BUNDLE = ['dist/workers/bundle.js'];

/** @type {readonly BuildStep[]} */
export const BUILD_STEPS = [
  {
    name: 'server',
    presence: 'tsconfig.build.json',
    sources: [
      ...[...SETTINGS, 'tsconfig.build.json', '*.ts'],
      ...['activities', 'api', 'capture', 'cli', 'detection', 'domain', 'imaging', 'interchange', 'sources'],
      ...['stores', 'workers', 'workflows'],
    ],
    output: 'dist/cli/main.js',
    async run(root, log) {
      const node = nodeIn(root, log);
      await emptyButWeb(path.join(root, 'dist'));
      await node('Compiling the server', TSC);
      await Promise.all(COPIES.map((copy) => copyFiles(root, copy)));
      await node('Bundling the workflows', BUNDLE);
    },
  },
  {
    name: 'web',
    presence: 'web/index.html',
    sources: [...SETTINGS, 'web', 'client', 'domain'],
    output: 'dist/web/index.html',
    run: (root, log) => nodeIn(root, log)('Building the web pages', VITE),
  },
];

/**
 * @param {string} root
 * @param {(line: string) => void} log
 * @returns {(title: string, args: string[]) => Promise<void>}
 */
const nodeIn = (root, log) => (title, args) =>
  runStep({ title, command: process.execPath, args, cwd: root, log });

/**
 * @param {string} root
 * @param {{ from: string, extension: string }} copy
 */
const copyFiles = (root, { from, extension }) =>
  cp(path.join(root, from), path.join(root, 'dist', from), {
    recursive: true,
    filter: (file) => path.extname(file) === '' || file.endsWith(extension),
  });

/**
 * Files of sources that are gone must not stay: migrations and workflows are found by listing folders.
 * @param {string} dist
 */
async function emptyButWeb(dist) {
  for (const name of await readdir(dist)) {
    if (name === 'web' || name.startsWith('.')) continue;
    await rm(path.join(dist, name), { recursive: true, force: true });
  }
}

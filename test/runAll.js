import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';

/**
 * Runs the whole suite as three Mocha processes beside each other, each about a third of it: a lot of it waits. The output
 * of all but the first comes in one piece; then the failures of all, because many see the end of the output only; the very
 * last line adds them up, as the reporter writes it.
 */
const NAMED = [
  ['activities', 'api', 'domain', 'imaging', 'stores', 'web', 'workflows'],
  ['interchange', 'pipeline'],
];

/** Of the rooms that are not named, so that none is left out. */
const rooms = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
/** @param {readonly string[]} names */
const testsOf = (names) => `test/{${names.join(',')}}/**/*.test.ts`;
const GROUPS = [
  ...NAMED.map((names) => [testsOf(names)]),
  [testsOf(rooms.filter((name) => !NAMED.flat().includes(name))), 'test/*.test.ts'],
];

/** Machines that are shared stop for seconds at times. What needed a second try is told. */
const TRIES = ['--retries', '1'];
const MOCHA = path.resolve(import.meta.dirname, '../node_modules/mocha/bin/mocha.js');
/** What the reporter writes above its list of failures. */
const FAILURES = 'Failures:';
const LAST = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?\s*$/;

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

const children = new Set();

/**
 * @param {string[]} files
 * @param {boolean} live whether to show it as it comes
 * @returns {Promise<{ counts: Counts, text: string, failures: string }>}
 */
function run(files, live) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [MOCHA, ...TRIES, ...files], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}) },
    });
    children.add(child);
    let text = '';
    let failures = '';
    let rest = '';
    let last = '';
    /** @param {Buffer} chunk */
    const take = (chunk) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line.trim() !== '') last = line;
        // Only the sum is to look like a sum.
        if (LAST.test(line)) continue;
        if (failures !== '' || line === FAILURES) failures += `${line}\n`;
        else if (live) console.log(line);
        else text += `${line}\n`;
      }
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.once('close', (code) => {
      children.delete(child);
      take(Buffer.from('\n'));
      const found = LAST.exec(last);
      const counts = {
        passed: Number(found?.[1] ?? 0),
        failed: Number(found?.[2] ?? 0),
        skipped: Number(found?.[3] ?? 0),
      };
      // A run that broke off, or ended badly after its last test, is a failure that nobody counted.
      if (found === null || (code !== 0 && counts.failed === 0)) counts.failed += 1;
      resolve({ counts, text, failures });
    });
  });
}

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.on(signal, () => {
    for (const child of children) child.kill(signal);
  });
}

const ended = await Promise.all(GROUPS.map((files, index) => run(files, index === 0)));
for (const { text } of ended) process.stdout.write(text);
for (const { failures } of ended) process.stdout.write(failures);
const sum = { passed: 0, failed: 0, skipped: 0 };
for (const { counts } of ended) {
  sum.passed += counts.passed;
  sum.failed += counts.failed;
  sum.skipped += counts.skipped;
}
console.log(`${sum.passed} passed, ${sum.failed} failed${sum.skipped > 0 ? `, ${sum.skipped} skipped` : ''}`);
process.exitCode = sum.failed === 0 ? 0 : 1;

#!/usr/bin/env node
import './setup/nodeVersion.js';

// Imported after the version check: these use syntax that an old Node could not even parse.
const { ensureInstalled } = await import('./setup/ensureInstalled.js');
const { ensureBuilt } = await import('./setup/ensureBuilt.js');
const { reportFailure } = await import('./setup/steps.js');

/** Progress must not mix with what a command prints for a program to read. */
const log = console.error;
let ready = true;
try {
  await ensureInstalled({ log });
  await ensureBuilt({ log });
} catch (error) {
  ready = false;
  reportFailure(error);
}
if (ready) await import(new URL('../dist/cli/main.js', import.meta.url).href);

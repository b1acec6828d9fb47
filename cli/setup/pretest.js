import './node-version.js';

// Imported after the version check: these use syntax that an old Node could not even parse.
const { ensureInstalled } = await import('./ensure-installed.js');
const { ensureBinaries } = await import('./ensure-binaries.js');
const { reportFailure } = await import('./steps.js');

try {
  await ensureInstalled();
  await ensureBinaries({ strict: process.env.CI === 'true' });
} catch (error) {
  reportFailure(error);
}

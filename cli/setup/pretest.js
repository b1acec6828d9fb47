import './nodeVersion.js';

// Imported after the version check: these use syntax that an old Node could not even parse.
const { ensureInstalled } = await import('./ensureInstalled.js');
const { ensureBinaries } = await import('./ensureBinaries.js');
const { reportFailure } = await import('./steps.js');

try {
  await ensureInstalled();
  await ensureBinaries({ strict: process.env.CI === 'true' });
} catch (error) {
  reportFailure(error);
}

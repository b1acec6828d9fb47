import './nodeVersion.js';

// Imported after the version check: these use syntax that an old Node could not even parse.
const { ensureInstalled } = await import('./ensureInstalled.js');
const { ensureBuilt } = await import('./ensureBuilt.js');
const { reportFailure } = await import('./steps.js');

try {
  await ensureInstalled();
  await ensureBuilt();
} catch (error) {
  reportFailure(error);
}

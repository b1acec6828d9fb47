import assert from 'node:assert/strict';
import { runAudit } from '../../cli/audit.ts';
import { clientPython, runChecks, runCurl } from './scripts.ts';
import { buildWorld, type World } from './world.ts';

const SCRIPTS = {
  'pull_sources.py': 'the pull sources',
  'ingestion.py': 'the ingestion of frames',
  'drive_imports.py': 'the first service of Drive and Dropbox imports',
  'drive_jobs.py': 'the second service of Drive and Dropbox imports',
  'catalog.py': 'the catalog',
  'errors.py': 'errors everywhere',
};

describe('clients of the older services, unmodified', function () {
  this.timeout(300_000);
  let world: World | undefined;
  let python: string | null;
  const told = new Map<string, Record<string, unknown>>();

  before(async function () {
    python = await clientPython();
    if (python === null) this.skip();
    world = await buildWorld();
    for (const base of ['', '/api/v1']) told.set(base, await world.tell(`${world.tributary.url}${base}`));
  });
  after(() => world?.close());

  for (const base of ['', '/api/v1']) {
    for (const [script, service] of Object.entries(SCRIPTS)) {
      it(`of ${service}, at ${base || '/'}`, async () => {
        const checked = await runChecks(python ?? '', script, told.get(base) ?? {});
        assert.ok(checked.length >= 5, `${checked.length} checks`);
        const failed = checked.filter(({ error }) => error !== null);
        assert.equal(failed.length, 0, failed.map(({ name, error }) => `${name}:\n${error}`).join('\n\n'));
      });
    }

    it(`with the lines of curl that people know, at ${base || '/'}`, async () => {
      const { base: url, pictures, drive_curl: link } = told.get(base) ?? {};
      await runCurl(String(url), String(pictures), String(link));
    });
  }

  it('and everything is whole afterwards', async () => {
    // Sessions of cameras that nobody answers for are still open, so it is not quiet.
    const report = world && (await runAudit(world.tributary.config));
    assert.deepEqual(
      report?.findings.filter(({ count }) => count > 0),
      [],
    );
  });
});

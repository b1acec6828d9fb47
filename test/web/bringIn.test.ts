import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { startCutter } from '../hosting/cutter.ts';
import { picture } from '../hosting/pictures.ts';
import { startTributary, type Tributary } from '../hosting/tributary.ts';
import { hasChromium } from './chromium.ts';
import { startWalk, type Walk } from './walk.ts';

const HOSTILE = '"><img src=x onerror=alert(1)>.jpg';

describe('bringing images in, in Chromium', function () {
  this.timeout(240_000);
  let t: Tributary;
  let walk: Walk;
  let home: string;

  before(async function () {
    this.timeout(240_000);
    if (!hasChromium()) {
      if (process.env['CI'] === 'true') assert.fail('Chromium is not installed: apt-get install -y chromium');
      this.skip();
    }
    home = await mkdtemp(path.join(tmpdir(), 'bring-in-'));
    t = await startTributary({ env: { SECRET_KEY: 'a secret of tests, long enough to be one' } });
    walk = await startWalk(t.url);
  });
  after(async () => {
    await walk?.close();
    await t?.close();
    await rm(home, { recursive: true, force: true });
  });

  it('says what a place is before it brings anything in, and then does', async () => {
    const { page } = walk;
    const folder = path.join(home, 'trip');
    await mkdir(folder);
    for (let index = 0; index < 5; index += 1)
      await writeFile(path.join(folder, `trip-${index}.jpg`), await picture(index));
    await writeFile(path.join(folder, HOSTILE), await picture(77));
    await writeFile(path.join(folder, 'broken.jpg'), 'this is no picture');
    await writeFile(path.join(folder, 'notes.txt'), 'nor is this');
    await walk.visit('/add', 'Add images');
    await page.getByRole('textbox', { name: 'A link or a folder' }).fill(folder);
    await page.getByRole('button', { name: 'Look first' }).click();
    const preview = page.getByRole('region', { name: 'What is there' });
    await preview.getByText('7 files will be brought in.').waitFor();
    await preview.getByText('trip-4.jpg').waitFor();
    await preview.getByText(HOSTILE).waitFor();
    await walk.inspect('add');
    const [row] = await t.db.run((sql) => sql<{ n: number }[]>`select count(*)::int as n from imports`);
    assert.equal(row?.n, 0);
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByRole('heading', { level: 1, name: folder }).waitFor();
  });

  it('shows an import with its files, the reasons and the pictures', async () => {
    const { page } = walk;
    await page.locator('[data-status=completed]').first().waitFor();
    await page.getByRole('button', { name: /1 rejected/ }).click();
    const rejected = page.getByRole('list', { name: 'Items rejected' });
    await rejected.getByText('broken.jpg').waitFor();
    await page.getByRole('button', { name: /6 stored/ }).click();
    const stored = page.getByRole('list', { name: 'Items stored' });
    await stored.getByText(HOSTILE).waitFor();
    await walk.holds(
      '[...document.querySelectorAll(\'ul[aria-label="Items stored"] img\')].filter((img) => img.naturalWidth > 0).length === 6',
    );
    await page.getByRole('heading', { name: 'What happened' }).waitFor();
    await walk.inspect('import');
    assert.equal(await page.locator('img[src="x"]').count(), 0);
  });

  it('goes on with a large upload where the network broke, and where the page was closed', async () => {
    const noise = { width: 2_600, height: 2_000, channels: 3 as const };
    const big = await sharp(randomBytes(noise.width * noise.height * 3), { raw: noise })
      .jpeg({ quality: 95 })
      .toBuffer();
    assert.ok(big.length > 4_500_000, `${big.length} bytes`);
    await writeFile(path.join(home, 'big.jpg'), big);
    const wire = await startCutter(t.url);
    const other = await startWalk(wire.url);
    try {
      const { page } = other;
      /** Where each piece that was sent began. */
      const offsets: number[] = [];
      page.on('request', (request) => {
        if (request.method() === 'PATCH') offsets.push(Number(request.headers()['upload-offset']));
      });
      const choose = (on: Page) =>
        on.locator('input[type=file]').first().setInputFiles(path.join(home, 'big.jpg'));
      const tray = page.getByRole('region', { name: 'Uploads' });

      await other.visit('/add', 'Add images');
      wire.cutAfter(2_000_000);
      await choose(page);
      await tray.getByText('Keep this page open').waitFor();
      await tray.getByText('Trying again shortly').waitFor();
      assert.equal(wire.isCut(), true);
      assert.deepEqual(offsets, [0]);
      wire.mend();
      wire.cutAfter(1_000_000);
      while (offsets.length < 2 || !wire.isCut()) await sleep(50);
      const second = offsets[1]!;
      assert.ok(second > 500_000, `It went on at ${second}`);
      await tray.getByRole('button', { name: 'Pause' }).click();
      await tray.getByRole('button', { name: 'Go on' }).waitFor();

      // The page goes, and with it the file; the same file is chosen again.
      wire.mend();
      await page.close();
      const later = await other.context.newPage();
      const from = new Promise<number>((resolve) => {
        later.on('request', (request) => {
          if (request.method() === 'PATCH') resolve(Number(request.headers()['upload-offset']));
        });
      });
      await later.goto(`${wire.url}/app/add`);
      await choose(later);
      await later.locator('[data-uploads=idle] [data-safe=true]').waitFor({ timeout: 60_000 });
      assert.ok((await from) > second, `It went on at ${await from}, before at ${second}`);
      const [row] = await t.db.run(
        (sql) => sql<{ n: number; size: number }[]>`
          select count(*)::int as n, max(bytes)::int as size from assets where name = 'big.jpg'`,
      );
      assert.deepEqual([row?.n, row?.size], [1, big.length]);
      assert.equal(await later.evaluate('Object.keys(localStorage).length'), 0);
    } finally {
      await other.close();
      await wire.close();
    }
  });

  it('sets a source up with a test, and shows its runs', async () => {
    const { page } = walk;
    await walk.visit('/sources', 'Sources');
    await page.getByText('No sources yet').waitFor();
    await walk.inspect('sources-empty');
    await page.getByRole('link', { name: 'Add a source' }).first().click();
    await page.getByLabel('Name').fill('North ridge <b>bold</b>');
    await page.getByLabel('Kind').selectOption('folder');
    await page.getByLabel('Address').fill(path.join(home, 'trip'));
    await page.getByLabel('When').selectOption('0 3 * * *');
    await page.getByRole('button', { name: 'Test' }).click();
    await page.getByRole('region', { name: 'What is there' }).getByText('7 files').waitFor();
    await walk.inspect('source-new');
    await page.getByRole('button', { name: 'Save' }).click();
    const card = page.getByRole('article', { name: 'North ridge <b>bold</b>' });
    await card.getByText('Every day at 03:00').waitFor();
    await card.getByRole('button', { name: 'Run now' }).click();
    await card.getByRole('list', { name: 'Runs, the oldest first' }).getByRole('link').waitFor();
    await card.getByRole('button', { name: 'Test' }).click();
    await card.getByRole('region', { name: 'What the test saw' }).getByText('8 files listed.').waitFor();
    await walk.holds("document.querySelector('article li .bg-success, article li .bg-warning') !== null");
    await walk.inspect('source');
    await page.getByRole('switch', { name: /is on/ }).click();
    await card.getByText('Switched off').waitFor();
    await page.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('No sources yet').waitFor();
  });
});

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import sharp from 'sharp';
import { hasChromium, launchChromium, loaded, type Misdeeds, openPage, until, watch } from './chromium.ts';

// Over 200 lines: one suite, one page, each step standing on the one before it.

export interface BrowserSuiteOptions {
  /** A folder that the server may import from; the suite makes its own folder inside. */
  folder?: string;
  /** Where pictures of the page are kept, to be looked at by a person. None are taken when absent. */
  screenshots?: string;
  /** Fails instead of being skipped where there is no Chromium. */
  required?: boolean;
  /** Longest wait for the pipeline, in milliseconds. */
  timeoutMs?: number;
}

const HOSTILE = '"><img src=x onerror=alert(1)>.jpg';
const TURNED = 'holiday\u202egpj.exe.jpg';

/**
 * Drives the built page in a real Chromium against a running server.
 * @param getBaseUrl asked in `before`, when the server is up; such as `http://127.0.0.1:8000`
 */
export function browserSuite(getBaseUrl: () => string, options: BrowserSuiteOptions = {}): void {
  const { timeoutMs = 240_000 } = options;

  describe('the page in Chromium', function () {
    this.timeout(timeoutMs);
    let browser: Browser;
    let context: BrowserContext;
    let page: Page;
    let misdeeds: Misdeeds;
    let home: string;

    before(async function () {
      if (!hasChromium()) {
        if (options.required) assert.fail('Chromium is not installed: apt-get install -y chromium');
        this.skip();
      }
      home = await mkdtemp(path.join(options.folder ?? os.tmpdir(), 'tributary-page-'));
      browser = await launchChromium();
      context = await browser.newContext({ viewport: { width: 1600, height: 1000 }, locale: 'en-GB' });
      misdeeds = watch(context, getBaseUrl());
      page = await openPage(context, getBaseUrl());
      page.setDefaultTimeout(60_000);
    });

    after(async () => {
      await browser?.close();
      if (home !== undefined) await rm(home, { recursive: true, force: true });
    });

    /** What the page was quietly doing wrong is an error of the test that made it do so. */
    afterEach(() => {
      assert.deepEqual(misdeeds?.outside ?? [], []);
      assert.deepEqual(misdeeds?.dialogs ?? [], []);
    });

    const picture = async (name: string): Promise<void> => {
      if (options.screenshots === undefined) return;
      await mkdir(options.screenshots, { recursive: true });
      await page.screenshot({ path: path.join(options.screenshots, `${name}.png`) });
    };
    const textOf = async (place: Locator): Promise<string> => (await place.textContent()) ?? '';
    const tile = (name: string): Locator => page.getByRole('link', { name, exact: true });
    const importOf = (address: string): Locator => page.getByRole('article', { name: address });
    const countOf = (card: Locator, outcome: string): Locator => card.locator(`[data-outcome=${outcome}]`);

    /** A tile is there once its picture is: the bytes went all the way through. */
    async function seen(name: string): Promise<void> {
      await tile(name).waitFor();
      const shown = tile(name).locator('img');
      await loaded(shown);
    }

    /** By the navigation, as a person would. */
    async function go(place: 'Add images' | 'Library' | 'Imports'): Promise<void> {
      await page
        .getByRole('navigation', { name: 'Pages' })
        .first()
        .getByRole('link', { name: place })
        .click();
      await page.getByRole('heading', { level: 1, name: place }).waitFor();
    }

    async function choose(files: string[]): Promise<void> {
      await go('Add images');
      const chooser = page.waitForEvent('filechooser');
      await page.getByRole('button', { name: 'Choose files' }).click();
      await (await chooser).setFiles(files);
    }

    async function start(address: string): Promise<void> {
      await go('Add images');
      await page.getByRole('textbox', { name: /link or a folder/i }).fill(address);
      await page.getByRole('button', { name: 'Start' }).click();
    }

    it('loads without an error and asks nobody else', async () => {
      assert.equal(await page.title(), 'Home · Tributary');
      assert.equal(await page.locator('html').getAttribute('lang'), 'en');
      await page.getByRole('heading', { name: 'Home' }).waitFor();
      await go('Library');
      await go('Imports');
      await picture('start');
      assert.deepEqual(misdeeds.errors, []);
    });

    it('shows an uploaded file in the library', async () => {
      const name = `upload-${randomBytes(4).toString('hex')}.jpg`;
      const file = path.join(home, name);
      await writeFile(file, await photo(640, 480));
      await choose([file]);
      await page.locator('[data-uploads=idle] [data-safe=true]').waitFor();
      await go('Library');
      await seen(name);
      assert.match(await textOf(page.locator('[data-uploads]')), /1 file uploaded/);
      await picture('uploaded');
      assert.deepEqual(misdeeds.errors, []);
    });

    it('tells which uploads were refused and why, and sends them again', async () => {
      const file = path.join(home, 'not-a-photo.jpg');
      await writeFile(file, 'plain text');
      await choose([file]);
      const failures = page.getByRole('region', { name: 'Failed uploads' });
      await failures.getByText('not-a-photo.jpg').waitFor();
      assert.match(await textOf(failures), /not an image|not the bytes of an image|format/i);
      const name = `mended-${randomBytes(4).toString('hex')}.jpg`;
      const answered = page.waitForResponse((response) => response.url().endsWith('/upload/'));
      await failures.getByRole('button', { name: 'Retry', exact: true }).click();
      assert.equal((await answered).ok(), false);
      await failures.getByRole('button', { name: 'Dismiss' }).click();
      await failures.waitFor({ state: 'detached' });
      await writeFile(path.join(home, name), await photo(300, 500));
      await choose([path.join(home, name)]);
      await go('Library');
      await seen(name);
      misdeeds.errors.length = 0; // Chromium itself notes each refused request there.
    });

    it('imports a folder, with progress and the counts of what became of the files', async () => {
      const folder = path.join(home, 'trip');
      await mkdir(folder);
      const names = await fill(folder, 12);
      await writeFile(path.join(folder, 'broken.jpg'), 'this is no picture');
      await start(folder);
      await go('Imports');
      const card = importOf(folder);
      await card.getByRole('progressbar').waitFor();
      await picture('importing');
      await card.locator('[data-status=completed]').waitFor();
      assert.equal(await card.getByRole('progressbar').getAttribute('aria-valuenow'), '100');
      assert.match(await textOf(countOf(card, 'stored')), /^12\D/);
      assert.match(await textOf(countOf(card, 'rejected')), /^1\D/);
      assert.equal(await countOf(card, 'failed').count(), 0);
      await picture('imported');
      await go('Library');
      for (const name of names) await seen(name);
    });

    it('unfolds the items that were rejected, with what to do', async () => {
      await go('Imports');
      const card = importOf(path.join(home, 'trip'));
      await countOf(card, 'rejected').click();
      const items = card.getByRole('list', { name: 'Items rejected' });
      await items.getByText('broken.jpg').waitFor();
      assert.ok((await items.locator('li p').count()) >= 2, 'a reason and advice');
      await picture('rejected');
      await countOf(card, 'rejected').click();
      assert.deepEqual(misdeeds.errors, []);
    });

    it('shows beside the field what the API says of an address that it does not understand', async () => {
      const answered = page.waitForResponse(
        (response) => response.url().endsWith('/imports') && response.request().method() === 'POST',
      );
      await start('just some words');
      const answer = await answered;
      assert.equal(answer.status(), 422);
      const { detail } = (await answer.json()) as { detail: string };
      assert.ok(detail.length > 10);
      const field = page.getByRole('textbox', { name: /link or a folder/i });
      await page.getByRole('alert').filter({ hasText: detail }).waitFor();
      assert.equal(await field.getAttribute('aria-invalid'), 'true');
      await picture('bad-address');
      await field.fill('');
      await page.getByRole('alert').filter({ hasText: detail }).waitFor({ state: 'detached' });
      misdeeds.errors.length = 0;
    });

    it('opens an image with its facts, goes to its neighbours and closes, all by keyboard', async () => {
      const name = `facts-${randomBytes(4).toString('hex')}.jpg`;
      const bytes = await photo(900, 600);
      await writeFile(path.join(home, name), bytes);
      await choose([path.join(home, name)]);
      await go('Library');
      await seen(name);
      await tile(name).focus();
      await page.keyboard.press('Enter');
      const dialog = page.locator('[data-over-all]');
      await dialog.getByText(createHash('sha256').update(bytes).digest('hex')).waitFor();
      assert.equal(await textOf(dialog.getByRole('heading', { level: 2 })), name);
      assert.match(await textOf(dialog), /900 × 600/);
      assert.match(await textOf(dialog), /Testcam One/);
      assert.match(await textOf(dialog), /zoom[\s\S]*card[\s\S]*thumb/);
      assert.ok((await dialog.locator('ol > li').count()) > 0, 'a timeline');
      await dialog.getByText(/^Metadata/).click();
      assert.ok((await dialog.locator('table tr').count()) > 2);
      await loaded(dialog.getByRole('img', { name }), 900);
      await picture('image');
      const before = page.url();
      await page.keyboard.press('ArrowRight');
      await until(page, `location.href !== ${JSON.stringify(before)}`);
      await dialog.getByRole('heading', { level: 2 }).filter({ hasNotText: name }).waitFor();
      await page.keyboard.press('ArrowLeft');
      await until(page, `location.href === ${JSON.stringify(before)}`);
      // The address changes before what is shown does.
      await dialog.getByRole('heading', { level: 2 }).filter({ hasText: name }).waitFor();
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      await until(page, `document.activeElement?.getAttribute('aria-label') === ${JSON.stringify(name)}`);
      assert.deepEqual(misdeeds.errors, []);
    });

    it('shows hostile file names as text, and hidden characters as signs', async () => {
      const folder = path.join(home, 'hostile');
      await mkdir(folder);
      await writeFile(path.join(folder, HOSTILE), await photo(500, 400));
      await writeFile(path.join(folder, TURNED), await photo(400, 500));
      await start(folder);
      await go('Imports');
      await importOf(folder).locator('[data-status=completed]').waitFor();
      await go('Library');
      await seen(HOSTILE);
      await seen('holiday[U+202E]gpj.exe.jpg');
      await tile(HOSTILE).click();
      await page.locator('[data-over-all]').getByRole('heading', { name: HOSTILE }).waitFor();
      await page.locator('[data-over-all]').getByText('SHA-256').waitFor();
      await page.keyboard.press('Escape');
      await choose([path.join(folder, HOSTILE)]);
      await page.locator('[data-uploads=idle]').getByText('1 already there').waitFor();
      await go('Library');
      assert.equal(await page.locator('img[src="x"]').count(), 0);
      assert.equal(await page.locator('[onerror]').count(), 0);
      await picture('hostile');
      assert.deepEqual(misdeeds.errors, []);
    });

    it('tells that nobody answers, and goes on once somebody does', async () => {
      await go('Add images');
      await context.setOffline(true);
      await start(path.join(home, 'trip'));
      await page.getByRole('status').getByText('does not answer').waitFor();
      await picture('away');
      await context.setOffline(false);
      await page.getByRole('button', { name: 'Start' }).click();
      await page.getByRole('status').getByText('does not answer').waitFor({ state: 'detached' });
      await go('Imports');
      await page
        .getByRole('article', { name: path.join(home, 'trip') })
        .nth(1)
        .waitFor();
      misdeeds.errors.length = 0;
    });

    it('keeps asking when the event stream cannot be had', async () => {
      const folder = path.join(home, 'asked-for');
      await mkdir(folder);
      const names = await fill(folder, 2);
      const deaf = await context.newPage();
      await deaf.route('**/events?*', (route) => route.abort());
      await deaf.goto(`${getBaseUrl()}/app/add`);
      await deaf.locator('[data-live=polling]').waitFor();
      await deaf.getByRole('textbox', { name: /link or a folder/i }).fill(folder);
      await deaf.getByRole('button', { name: 'Start' }).click();
      await deaf.goto(`${getBaseUrl()}/app/imports`);
      await deaf.getByRole('article', { name: folder }).locator('[data-status=completed]').waitFor();
      await deaf.goto(`${getBaseUrl()}/app/library`);
      for (const name of names) await deaf.getByRole('link', { name, exact: true }).waitFor();
      await deaf.close();
      misdeeds.errors.length = 0;
    });

    for (const [width, scheme] of [
      [380, 'light'],
      [380, 'dark'],
      [1600, 'dark'],
    ] as const) {
      it(`fits a window of ${width} pixels, ${scheme}`, async () => {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme: scheme });
        await page.goto(`${getBaseUrl()}/app/library`);
        await page.locator('[data-image]').first().waitFor();
        assert.equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true);
        const scheduled = await page.evaluate('getComputedStyle(document.documentElement).colorScheme');
        assert.equal(scheduled, scheme);
        await picture(`${width}-${scheme}`);
        assert.deepEqual(misdeeds.errors, []);
      });
    }
  });
}

/** A JPEG unlike any other, with the EXIF of a camera. */
function photo(width: number, height: number): Promise<Buffer> {
  const [r, g, b] = randomBytes(3) as unknown as [number, number, number];
  const noise = randomBytes(12 * 8 * 3);
  return sharp(noise, { raw: { width: 12, height: 8, channels: 3 } })
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .tint({ r, g, b })
    .withExif({
      IFD0: { Make: 'Testcam', Model: 'Testcam One', Software: 'browser suite' },
      IFD2: { DateTimeOriginal: '2024:06:01 12:30:00', FNumber: '28/10' },
    })
    .jpeg()
    .toBuffer();
}

async function fill(folder: string, count: number): Promise<string[]> {
  const names: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const name = `trip-${randomBytes(4).toString('hex')}.jpg`;
    await writeFile(path.join(folder, name), await photo(400 + index * 40, 600 - index * 20));
    names.push(name);
  }
  return names;
}

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import sharp from 'sharp';
import { picture } from '../hosting/pictures.ts';
import { putModel, putSeen, type SeenBox } from '../hosting/seen.ts';
import { startTributary, type Tributary } from '../hosting/tributary.ts';
import { violations } from './axe.ts';
import {
  CHROMIUM,
  drawn,
  hasChromium,
  launchChromium,
  loaded,
  type Misdeeds,
  until,
  watch,
} from './chromium.ts';

// Over 200 lines: one library, and the pages that show it, each step standing on the one before it.

const HOSTILE = '"><img src=x onerror=alert(1)>';
/** Where pictures of the pages are kept, to be looked at by a person; none are taken when absent. */
const SCREENSHOTS = process.env['SCREENSHOTS'];

describe('the pages that show images, in Chromium', function () {
  this.timeout(240_000);
  let t: Tributary;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let misdeeds: Misdeeds;
  const ids = new Map<string, number>();

  before(async function () {
    this.timeout(300_000);
    if (!hasChromium()) {
      if (process.env['CI'] === 'true') assert.fail(`There is no ${CHROMIUM}: apt-get install -y chromium`);
      this.skip();
    }
    t = await startTributary({ env: { PURGE_UNDO_HOURS: '1' } });
    await fill();
    browser = await launchChromium();
    context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' });
    misdeeds = watch(context, t.url);
    page = await context.newPage();
    page.setDefaultTimeout(60_000);
  });
  after(async () => {
    await browser?.close();
    await t?.close();
  });
  afterEach(() => {
    assert.deepEqual([misdeeds?.outside, misdeeds?.dialogs, misdeeds?.errors], [[], [], []]);
  });

  /** Eight pictures of a camera, three of them a sequence, one saved twice; a model saw something in four. */
  async function fill(): Promise<void> {
    const upload = async (name: string, bytes: Buffer): Promise<void> => {
      const answer = (await (await t.upload(bytes, name)).json()) as { asset_id: number };
      ids.set(name, answer.asset_id);
    };
    const shot = (seed: number, second: number | null, more: object = {}): Promise<Buffer> =>
      picture(seed).then((bytes) =>
        sharp(bytes)
          .resize(1_600, 1_000, { fit: 'fill' })
          .withExif({
            IFD0: { Make: 'Testcam', Model: 'Testcam One', ImageDescription: HOSTILE },
            ...more,
            ...(second !== null && {
              IFD2: { DateTimeOriginal: `2024:06:01 12:30:${String(second).padStart(2, '0')}` },
            }),
          })
          .jpeg({ quality: 92 })
          .toBuffer(),
      );
    const at = (latitude: number) => ({
      IFD3: {
        ...{ GPSLatitudeRef: 'N', GPSLatitude: `${latitude}/1 30/1 0/1` },
        ...{ GPSLongitudeRef: 'E', GPSLongitude: '13/1 24/1 0/1' },
      },
    });
    for (const [index, second] of [1, 2, 3].entries())
      await upload(`burst-${index}.jpg`, await shot(10 + index, second));
    for (const index of [0, 1, 2])
      await upload(`other-${index}.jpg`, await shot(20 + index, null, at(index === 2 ? 48 : 52)));
    await upload(`${HOSTILE}.jpg`, await shot(30, null));
    await upload(
      'twice-small.jpg',
      await sharp(await shot(20, null))
        .resize(800)
        .jpeg()
        .toBuffer(),
    );
    while ((await t.get<{ total: number }>('/images')).total < ids.size) await new Promise(setImmediate);
    const model = await putModel(t.db, 'spotter');
    const seen = ['burst-0.jpg', 'burst-1.jpg', 'burst-2.jpg', `${HOSTILE}.jpg`].map((name) => idOf(name));
    const boxes = seen.map(
      (asset): SeenBox => ({ asset, label: 'animal', score: 0.87, box: [0.2, 0.3, 0.25, 0.3] }),
    );
    await putSeen(t.db, model, seen, [
      ...boxes,
      { asset: seen[3]!, label: 'person', score: 0.41, box: [0.6, 0.1, 0.2, 0.5], species: [[HOSTILE, 0.9]] },
    ]);
  }
  const idOf = (name: string): number => ids.get(name)!;
  const tile = (name: string): Locator => page.getByRole('link', { name, exact: true });
  const said = async (
    name: string,
  ): Promise<{ human: { state: string; label: string; author: string }[]; nothing_here: boolean }> =>
    t.get(`/images/${idOf(name)}/annotations`);

  async function keepPicture(name: string): Promise<void> {
    if (SCREENSHOTS === undefined) return;
    await mkdir(SCREENSHOTS, { recursive: true });
    await page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`) });
  }
  /** In both themes, wide and narrow: nothing that axe marks, and nothing that sticks out. */
  async function sound(name: string): Promise<void> {
    for (const [scheme, width, height] of [
      ['light', 1440, 900],
      ['dark', 1440, 900],
      ['dark', 390, 840],
      ['light', 390, 840],
    ] as const) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      await drawn(page);
      assert.equal(
        await page.evaluate('document.documentElement.scrollWidth <= innerWidth'),
        true,
        `${name} ${width}`,
      );
      await keepPicture(`${name}-${scheme}-${width}`);
      assert.deepEqual(await violations(page), [], `${name}, ${scheme}, ${width}`);
    }
    await page.setViewportSize({ width: 1440, height: 900 });
  }
  const open = async (at: string): Promise<void> => {
    await page.goto(`${t.url}/app/${at}`);
  };

  it('the library is sound, in German too', async () => {
    await open('library');
    await tile('burst-0.jpg').waitFor();
    await loaded(tile('burst-0.jpg').locator('img'));
    await page.getByRole('button', { name: 'Filters' }).click();
    await page
      .getByRole('combobox', { name: 'To be seen', exact: true })
      .locator('option', { hasText: 'animal (4)' })
      .waitFor({ state: 'attached' });
    await sound('library');
    await page.evaluate("localStorage.setItem('tributary-language', 'de')");
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Bibliothek' }).waitFor();
    await page.getByText('8 Bilder').first().waitFor();
    await page.evaluate("localStorage.removeItem('tributary-language')");
  });

  it('filters stand in the address, and can be taken away one by one', async () => {
    await open('library');
    await page.getByRole('button', { name: 'Filters' }).click();
    await page.getByRole('combobox', { name: 'To be seen', exact: true }).selectOption('animal');
    await page.getByText('4 images').first().waitFor();
    assert.match(page.url(), /label=animal/);
    await page.getByRole('searchbox').fill('burst');
    await page.getByText('3 images').first().waitFor();
    await page.reload();
    await page.getByText('3 images').first().waitFor();
    await page.getByRole('button', { name: 'Without “To be seen: animal”' }).click();
    await page.getByText('3 images').first().waitFor();
    await page.goBack();
    await page.getByRole('button', { name: 'Without “To be seen: animal”' }).waitFor();
    await page.getByRole('searchbox').fill('nothing like that');
    await page.getByText('No image is like that').waitFor();
    await page.getByRole('button', { name: 'Without filters' }).last().click();
    await page.getByText('8 images').first().waitFor();
  });

  it('images are chosen by keys, put into the trash, and taken back', async () => {
    await open('library?sort=name');
    await tile('burst-0.jpg').focus();
    await page.keyboard.press(' ');
    await page.keyboard.press('Shift+ArrowRight');
    const bar = page.getByRole('region', { name: 'Chosen images' });
    await bar.getByText('2 chosen').waitFor();
    assert.deepEqual(await violations(page), []);
    await page.keyboard.press('Delete');
    await page.getByText('6 images').first().waitFor();
    assert.equal((await t.get<{ total: number }>('/trash')).total, 2);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('8 images').first().waitFor();
    assert.equal((await t.get<{ total: number }>('/trash')).total, 0);
  });

  it('a box is confirmed, corrected, moved, added and taken away by keys', async () => {
    await open(`library?sort=name&image=${idOf('burst-0.jpg')}`);
    const dialog = page.locator('[data-over-all]');
    await dialog.getByText('1 box', { exact: true }).waitFor();
    await loaded(dialog.getByRole('img', { name: 'burst-0.jpg' }));
    const states = async (): Promise<string> =>
      (await said('burst-0.jpg')).human.map(({ state, label }) => `${state} ${label}`).join();
    const becomes = async (wanted: string): Promise<void> => {
      for (let left = 600; left > 0 && (await states()) !== wanted; left -= 1)
        await new Promise((resolve) => setTimeout(resolve, 50));
      assert.equal(await states(), wanted);
    };
    await page.keyboard.press('j');
    await page.keyboard.press('c');
    await becomes('confirmed animal');
    await page.keyboard.press('j');
    await page.keyboard.press('e');
    await page.keyboard.type('red fox');
    await page.keyboard.press('Enter');
    await becomes('corrected red fox');
    await dialog.getByRole('button', { name: /^Box: red fox/ }).waitFor();
    await page.keyboard.press('m');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Enter');
    await dialog.locator('[data-draft]').waitFor({ state: 'detached' });
    await page.keyboard.press('a');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await becomes('corrected red fox,added red fox');
    const { human } = await t.get<{ human: { bbox: number[]; author: string }[] }>(
      `/images/${idOf('burst-0.jpg')}/annotations`,
    );
    assert.deepEqual(human[0]?.bbox, [0.21, 0.3, 0.25, 0.31]);
    await sound('image');
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await becomes('rejected red fox,added red fox');
    // The latest is on top.
    await page.getByRole('button', { name: 'Undo' }).first().click();
    await becomes('corrected red fox,added red fox');
    await page.keyboard.press('n');
    await dialog.getByText('Somebody said that nothing is to be seen.').waitFor();
  });

  it('an image is looked at closely, in the bytes that it came with', async () => {
    await open(`library?sort=name&image=${idOf('other-0.jpg')}`);
    const dialog = page.locator('[data-over-all]');
    await loaded(dialog.getByRole('img', { name: 'other-0.jpg' }));
    await dialog.getByText('100 %').waitFor();
    for (const _ of [1, 2, 3, 4]) await page.keyboard.press('+');
    await dialog.getByText('506 %').waitFor();
    await dialog.locator('img[src*="/retrieve/original/"]').waitFor();
    await page.keyboard.press('0');
    await dialog.getByText('100 %').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await until(page, 'document.activeElement?.dataset.image !== undefined');
  });

  it('names, labels and what the camera wrote are text, whatever they say', async () => {
    await open(`library?sort=name&image=${idOf(`${HOSTILE}.jpg`)}`);
    const dialog = page.locator('[data-over-all]');
    await dialog.getByText('2 boxes', { exact: true }).waitFor();
    await dialog.getByText(/^Metadata/).click();
    assert.ok((await dialog.getByText(HOSTILE).count()) >= 3);
    assert.equal(await page.locator('img[src="x"]').count(), 0);
    assert.equal(await page.locator('[onerror]').count(), 0);
  });

  it('what waits for review is decided by single keys, a sequence at once, and taken back', async () => {
    await open('review');
    await page.getByText('3 images wait').waitFor();
    await page.locator('[data-deciding]').waitFor();
    await sound('review');
    const waiting = async (): Promise<number> =>
      (await t.get<{ total: number }>('/images?to_review=true')).total;
    const become = async (count: number): Promise<void> => {
      for (let left = 600; left > 0 && (await waiting()) !== count; left -= 1)
        await new Promise((resolve) => setTimeout(resolve, 50));
      assert.equal(await waiting(), count);
    };
    await page.locator('[data-deciding]').focus();
    await page.getByRole('list', { name: 'Sequence of 2 images' }).waitFor();
    await page.keyboard.press('Shift+C');
    await become(1);
    await page.getByText('1 image waits').waitFor();
    await page.locator(`[data-deciding="${idOf(`${HOSTILE}.jpg`)}"]`).focus();
    await page.keyboard.press('2');
    await page
      .getByRole('button', { name: /^Box: person/ })
      .first()
      .waitFor();
    await page.keyboard.press('x');
    await page.getByText('Nothing waits for you').waitFor();
    await become(0);
  });

  it('two images are compared by eye and in numbers', async () => {
    await open(`compare?a=${idOf('other-0.jpg')}&b=${idOf('twice-small.jpg')}`);
    await page.getByText(/\d dB/).first().waitFor();
    await sound('compare');
    await page.getByRole('slider', { name: 'How much of the first image is shown' }).focus();
    await page.keyboard.press('ArrowLeft');
    await page.getByRole('button', { name: 'Difference' }).click();
    await loaded(page.getByRole('img', { name: /differ, in red/ }));
    await open(`compare?a=${idOf('other-0.jpg')}`);
    await page.getByRole('link', { name: 'burst-0.jpg' }).click();
    await page.getByText(/\d dB/).first().waitFor();
  });

  it('a map leads to the images of a place', async () => {
    await open('map');
    await page.getByRole('button', { name: /^2 images near 52\.5° N/ }).waitFor();
    await loaded(page.locator('main li img').first());
    await sound('map');
    await page.getByRole('button', { name: /^1 image near 48\.5° N/ }).click();
    await tile('other-2.jpg').waitFor();
    await page.getByText('1 image', { exact: true }).waitFor();
  });

  it('what is to be seen is said of several at once, and taken back', async () => {
    await open('library?sort=name');
    for (const name of ['burst-1.jpg', 'burst-2.jpg', 'other-2.jpg'])
      await page.getByRole('button', { name: `Choose ${name}` }).click();
    const bar = page.getByRole('region', { name: 'Chosen images' });
    await bar.getByText('3 chosen').waitFor();
    const menu = bar.getByRole('combobox', { name: 'To be seen …' });
    const labels = async (): Promise<string[]> =>
      Promise.all(
        ['burst-1.jpg', 'burst-2.jpg'].map(async (name) =>
          (await said(name)).human
            .filter(({ state }) => state !== 'deleted' && state !== 'rejected')
            .map(({ label }) => label)
            .join(),
        ),
      );
    await menu.selectOption('vehicle');
    // Under the pointer it stays.
    await page.getByText('2 images show “vehicle”.').hover();
    await page.getByText('1 image has no box').waitFor();
    assert.deepEqual(await labels(), ['vehicle', 'vehicle']);
    await page.getByRole('button', { name: 'Undo' }).click();
    while ((await labels()).some((label) => label !== 'animal')) await new Promise(setImmediate);
    await page.getByRole('button', { name: 'Undo' }).waitFor({ state: 'detached' });
    await menu.selectOption('Nothing');
    await page.getByText('Nothing is to be seen in 3 images.').hover();
    assert.equal((await said('burst-1.jpg')).nothing_here, true);
    await page.getByRole('button', { name: 'Undo' }).click();
    while ((await said('burst-1.jpg')).nothing_here || (await said('other-2.jpg')).nothing_here)
      await new Promise(setImmediate);
    while ((await labels()).some((label) => label !== 'animal')) await new Promise(setImmediate);
  });

  it('of pictures that look alike one is kept, and that is taken back', async () => {
    await open('duplicates');
    const group = page.locator('[data-group]').first();
    await group.waitFor();
    await sound('duplicates');
    assert.equal(await group.getByRole('radio', { name: 'Keep other-0.jpg' }).isChecked(), true);
    await group.getByRole('button', { name: 'Keep one, 1 into the trash' }).click();
    await page.getByText('No two pictures look alike').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.locator('[data-group]').first().getByRole('button', { name: 'No duplicates' }).click();
    await page.getByText('No two pictures look alike').waitFor();
  });

  it('what would be deleted for good is seen first, and put back after', async () => {
    await t.post('/images/trash', { ids: [idOf('burst-1.jpg'), idOf('burst-2.jpg')] });
    await open('trash');
    await page.getByRole('checkbox', { name: 'burst-1.jpg' }).waitFor();
    await loaded(page.locator('main img').first());
    await page.getByRole('spinbutton', { name: 'Days' }).fill('0');
    await page.getByRole('button', { name: 'See what would go' }).click();
    await page
      .getByText(/^2 images would go, /)
      .first()
      .waitFor();
    await loaded(page.locator('[data-purge] img').first());
    assert.equal((await t.get<{ total: number }>('/trash')).total, 2, 'nothing went');
    await sound('trash');
    await page.getByRole('button', { name: 'Delete 2 for good' }).click();
    await page.locator('[data-status=hidden]').waitFor();
    await page.locator('[data-status=hidden]').getByRole('button', { name: 'Put back' }).click();
    await page.locator('[data-status=undone]').waitFor();
    await page.reload();
    await page.getByRole('checkbox', { name: 'burst-1.jpg' }).check();
    await page.getByRole('button', { name: 'Put 1 back' }).click();
    await page.getByRole('checkbox', { name: 'burst-1.jpg' }).waitFor({ state: 'detached' });
    assert.equal((await t.get<{ total: number }>('/trash')).total, 1);
  });
});

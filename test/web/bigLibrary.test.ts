import assert from 'node:assert/strict';
import type { Browser, CDPSession, Page } from 'playwright-core';
import sharp from 'sharp';
import { manyImages } from '../hosting/manyImages.ts';
import { picture } from '../hosting/pictures.ts';
import { startTributary, type Tributary } from '../hosting/tributary.ts';
import { CHROMIUM, hasChromium, launchChromium, type Misdeeds, until, watch } from './chromium.ts';
import { type Frame, framesOf } from './trace.ts';

const IMAGES = 100_000;
const SHAPES = [
  [600, 400],
  [400, 600],
  [500, 500],
  [800, 300],
  [640, 480],
  [300, 520],
] as const;

describe(`the library with ${IMAGES} images, in Chromium`, function () {
  this.timeout(240_000);
  let t: Tributary;
  let browser: Browser;
  let page: Page;
  let cdp: CDPSession;
  let misdeeds: Misdeeds;

  before(async function () {
    this.timeout(300_000);
    if (!hasChromium()) {
      if (process.env['CI'] === 'true') assert.fail(`There is no ${CHROMIUM}: apt-get install -y chromium`);
      this.skip();
    }
    t = await startTributary();
    for (const [seed, [width, height]] of SHAPES.entries()) {
      const bytes = await sharp(await picture(seed + 1))
        .resize(width, height, { fit: 'fill' })
        .jpeg()
        .toBuffer();
      assert.equal((await t.upload(bytes, `seed-${seed}.jpg`)).status, 200);
    }
    while ((await t.get<{ total: number }>('/images')).total < SHAPES.length) await new Promise(setImmediate);
    await manyImages(t, IMAGES);
    browser = await launchChromium();
    const context = await browser.newContext({ viewport: { width: 1600, height: 1000 }, locale: 'en-GB' });
    misdeeds = watch(context, t.url);
    page = await context.newPage();
    page.setDefaultTimeout(90_000);
    cdp = await context.newCDPSession(page);
    await page.goto(`${t.url}/app/library?sort=-taken`);
    await shown();
  });
  after(async () => {
    await browser?.close();
    await t?.close();
  });

  const evaluate = <T>(script: string): Promise<T> => page.evaluate<T>(script);
  /** The tiles on the screen are there, and so is the picture of one of them. */
  const shown = () =>
    until(
      page,
      `(() => {
      const seen = [...document.querySelectorAll('[data-image]')].filter((tile) => {
        const { top, bottom } = tile.getBoundingClientRect();
        return bottom > 0 && top < innerHeight;
      });
      return seen.length > 5 && seen.every((tile) => tile.querySelector('img') !== null)
        && seen.some((tile) => tile.querySelector('img').naturalWidth > 0);
    })()`,
    );
  const tiles = (): Promise<number> => evaluate('document.querySelectorAll("[data-image]").length');
  const height = (): Promise<number> => evaluate('document.documentElement.scrollHeight');
  /** Bytes that are still in use. */
  async function heap(): Promise<number> {
    await cdp.send('HeapProfiler.collectGarbage');
    return evaluate<number>('performance.memory.usedJSHeapSize');
  }
  /** Scrolls as a wheel does, a step in each frame. */
  const roll = (frames: number, pixels: number): Promise<void> =>
    evaluate(`new Promise((resolve) => {
      let left = ${frames};
      const step = () => {
        window.scrollBy(0, ${pixels});
        left -= 1;
        if (left > 0) requestAnimationFrame(step); else resolve();
      };
      requestAnimationFrame(step);
    })`);

  it('knows the height of everything at once, and says how many there are', async () => {
    await page.getByText('100,006 images').first().waitFor();
    const before = await height();
    assert.ok(before > 2_000_000, String(before));
    await evaluate('window.scrollTo(0, document.documentElement.scrollHeight / 2)');
    await shown();
    assert.equal(await height(), before);
  });

  it('keeps few tiles in the document, wherever one goes', async () => {
    for (const share of [0, 0.2, 0.73, 1]) {
      await evaluate(`window.scrollTo(0, document.documentElement.scrollHeight * ${share})`);
      await shown();
      const count = await tiles();
      assert.ok(count > 20 && count < 200, `${count} tiles at ${share}`);
    }
  });

  it('leads to a month at once by the strip beside it, by pointer and by keys', async () => {
    await evaluate('window.scrollTo(0, 0)');
    const strip = page.getByRole('slider', { name: 'Place in the list, by time' });
    const box = (await strip.boundingBox())!;
    await page.mouse.click(box.x + box.width - 10, box.y + box.height / 2);
    await shown();
    // The images are spread evenly over the time.
    const middle = new Date(Date.parse('2025-12-31T00:00:00Z') - (IMAGES / 2) * 20 * 60_000);
    const month = middle.toLocaleDateString('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });
    assert.equal(await strip.getAttribute('aria-valuetext'), month);
    await strip.focus();
    await page.keyboard.press('PageDown');
    await until(
      page,
      `document.querySelector('[role=slider]').getAttribute('aria-valuetext') !== ${JSON.stringify(month)}`,
    );
    await page.keyboard.press('End');
    await until(page, "document.querySelector('[role=slider]').getAttribute('aria-valuenow') === '100'");
    await shown();
  });

  it('chooses a range that was never looked at, and everything', async () => {
    await evaluate('window.scrollTo(0, 0)');
    await shown();
    await page.locator('[data-image]').first().focus();
    await page.keyboard.press(' ');
    await page.keyboard.press('Shift+End');
    const bar = page.getByRole('region', { name: 'Chosen images' });
    await bar.getByText('100,006 chosen').waitFor();
    await page.keyboard.press('Escape');
    await bar.waitFor({ state: 'detached' });
    await page.locator('[data-image]').first().focus();
    await page.keyboard.press('Control+a');
    await bar.getByText('100,006 chosen').waitFor();
    await page.keyboard.press('Escape');
  });

  it('takes little work for each frame, and no memory, however far one scrolls', async function () {
    // A frame takes as long as the machine lets it.
    this.timeout(600_000);
    await evaluate('window.scrollTo(0, 0)');
    await shown();
    await roll(120, 60);
    await shown();
    const before = await heap();
    await browser.startTracing(page, { categories: ['devtools.timeline', 'toplevel'] });
    await roll(400, 60);
    const frames: Frame[] = framesOf(await browser.stopTracing());
    assert.ok(frames.length > 100, `${frames.length} frames`);
    // The time of the processor, and not of the clock: other suites run on the same two cores.
    const work = frames.map((frame) => frame.cpuMs).toSorted((a, b) => a - b);
    const share = (of: number): number => work[Math.floor(work.length * of)] ?? 0;
    const median = share(0.5);
    assert.ok(
      median < 20,
      `${median.toFixed(1)} ms for a frame in the middle: fewer than 50 of them in a second`,
    );
    await roll(400, 1_500);
    await shown();
    const grown = (await heap()) - before;
    console.log(
      `      ${median.toFixed(1)} ms of work for a frame in the middle, ${share(0.95).toFixed(1)} ms for 95 of 100; ` +
        `${await tiles()} tiles; ${(grown / 1e6).toFixed(1)} MB more`,
    );
    assert.ok(grown < 24_000_000, `${(grown / 1e6).toFixed(1)} MB more after 600,000 pixels`);
    assert.deepEqual([misdeeds.errors, misdeeds.outside], [[], []]);
  });
});

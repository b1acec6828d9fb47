import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { violations } from './axe.ts';
import { drawn, launchChromium, type Misdeeds, watch } from './chromium.ts';

/** Longest wait for anything on a page, in milliseconds; machines of tests are slow at times. */
const PATIENCE_MS = 60_000;
/** Where pictures of pages are kept, to be looked at by a person; none are taken without it. */
const PICTURES = process.env['PICTURES'];

/** One person with a browser. */
export interface Walk {
  page: Page;
  context: BrowserContext;
  misdeeds: Misdeeds;
  /** Goes to a page below `/app` by its address, and waits for its heading. */
  visit(path: string, heading: string | RegExp): Promise<void>;
  /** Waits until an expression is true on the page. */
  holds(expression: string): Promise<void>;
  /** Fails when the page breaks a rule of accessibility, does not fit a phone, or did what it should not. */
  inspect(name: string): Promise<void>;
  close(): Promise<void>;
}

export async function startWalk(baseUrl: string): Promise<Walk> {
  const browser: Browser = await launchChromium();
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1440, height: 900 } });
  const misdeeds = watch(context, baseUrl);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);

  async function picture(name: string): Promise<void> {
    if (PICTURES === undefined) return;
    await mkdir(PICTURES, { recursive: true });
    await page.screenshot({ path: path.join(PICTURES, `${name}.png`), fullPage: name.includes('wide') });
  }

  return {
    page,
    context,
    misdeeds,
    async visit(at, heading) {
      await page.goto(`${baseUrl}/app${at}`);
      await page.getByRole('heading', { level: 1, name: heading }).waitFor();
    },
    async holds(expression) {
      const until = Date.now() + PATIENCE_MS;
      // Asked from here: a page under our policy cannot evaluate text by itself, as `waitForFunction` has it do.
      while (!(await page.evaluate<boolean>(expression))) {
        assert.ok(Date.now() < until, `It never was so: ${expression}`);
        await sleep(100);
      }
    },
    async inspect(name) {
      try {
        await page.emulateMedia({ reducedMotion: 'reduce' });
        for (const scheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme: scheme });
          await drawn(page);
          await picture(`${name}-wide-${scheme}`);
          assert.deepEqual(await violations(page), [], `${name}, ${scheme}`);
        }
        await page.emulateMedia({ colorScheme: 'light' });
        await page.setViewportSize({ width: 390, height: 844 });
        await drawn(page);
        const [inner, outer] = await page.evaluate<[number, number]>(
          '[document.documentElement.scrollWidth, innerWidth]',
        );
        await picture(`${name}-phone-light`);
        assert.ok(inner <= outer, `${name} is ${inner} pixels wide on a phone of ${outer}`);
        assert.deepEqual(await violations(page), [], `${name}, on a phone`);
      } finally {
        await page.setViewportSize({ width: 1440, height: 900 });
      }
      assert.deepEqual(misdeeds, { errors: [], outside: [], dialogs: [] }, name);
    },
    close: () => browser.close(),
  };
}

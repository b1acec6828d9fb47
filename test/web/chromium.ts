import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core';

/** Debian's package `chromium`. */
export const CHROMIUM = '/usr/bin/chromium';
export const hasChromium = (): boolean => existsSync(CHROMIUM);

/** Quiet from the first moment: a browser of its own would call home, look for updates and ask for a sandbox. */
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A fresh profile each time, removed with the browser. */
export const launchChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath: CHROMIUM, args: ARGS });

/** What a page did that it should not have done. */
export interface Misdeeds {
  /** Errors on the console and thrown out of scripts; a policy violation is one of them. */
  errors: string[];
  /** Requests to anybody but the server under test. */
  outside: string[];
  /** Texts of `alert` and its kin: a name that ran as a script. */
  dialogs: string[];
}

/** Watches every page of a context from its first request on. `baseUrl` is the only place that may be asked. */
export function watch(context: BrowserContext, baseUrl: string): Misdeeds {
  const misdeeds: Misdeeds = { errors: [], outside: [], dialogs: [] };
  const own = new URL(baseUrl).origin;
  context.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith('data:') && !url.startsWith('blob:') && new URL(url).origin !== own)
      misdeeds.outside.push(url);
  });
  context.on('console', (message) => {
    if (message.type() === 'error') misdeeds.errors.push(`${message.text()} (${message.location().url})`);
  });
  context.on('weberror', (error) => misdeeds.errors.push(String(error.error())));
  context.on('dialog', (dialog) => {
    misdeeds.dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  return misdeeds;
}

/** Opens the page and waits until events flow. */
export async function openPage(context: BrowserContext, baseUrl: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(baseUrl);
  await page.locator('[data-live=live]').waitFor();
  return page;
}

/**
 * Waits until a script says `true`, asking again and again from here: a page under our policy cannot evaluate text by
 * itself, which `waitForFunction` has it do from the second time on.
 */
export const until = (page: Page, script: string): Promise<void> =>
  // What navigates away while it is asked is asked again.
  patiently(script, async () => (await page.evaluate(script).catch(() => false)) === true);

/** Waits until the page is drawn as it is now: another size or scheme is seen by its scripts with the next frame. */
export const drawn = (page: Page): Promise<void> =>
  page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))');

/** Waits until a picture is really there. @param width of its bytes, where that matters */
export const loaded = (image: Locator, width?: number): Promise<void> =>
  patiently(`${image} is loaded`, async () => {
    const natural = await image.evaluate(
      (element) => (element as unknown as { naturalWidth: number }).naturalWidth,
    );
    return width === undefined ? natural > 0 : natural === width;
  });

const PATIENCE_MS = 60_000;

async function patiently(what: string, ask: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await ask())) {
    if (performance.now() > deadline) throw new Error(`It never became true: ${what}`);
    await sleep(50);
  }
}

import assert from 'node:assert/strict';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { startTributary, type Tributary } from '../hosting/tributary.ts';
import { violations } from './axe.ts';
import { hasChromium, launchChromium, type Misdeeds, until, watch } from './chromium.ts';

/** Most bytes of script, as they are sent, until the first page is shown. */
const FIRST_LOAD = 250_000;

describe('what is around every page, in Chromium', function () {
  this.timeout(120_000);
  let t: Tributary;
  let browser: Browser;
  let context: BrowserContext;
  let misdeeds: Misdeeds;
  let page: Page;

  before(async function () {
    this.timeout(240_000);
    if (!hasChromium()) {
      if (process.env['CI'] === 'true') assert.fail('Chromium is not installed: apt-get install -y chromium');
      this.skip();
    }
    t = await startTributary({ parts: ['api'] });
    browser = await launchChromium();
    context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1400, height: 900 } });
    misdeeds = watch(context, t.url);
    page = await context.newPage();
    page.setDefaultTimeout(60_000);
  });
  after(async () => {
    await browser?.close();
    await t?.close();
  });

  const heading = (name: string) => page.getByRole('heading', { level: 1, name });

  it('is shown after at most 250 kB of script', async () => {
    const client = await context.newCDPSession(page);
    await client.send('Network.enable');
    const scripts = new Set<string>();
    let bytes = 0;
    client.on(
      'Network.responseReceived',
      ({ requestId, type }) => type === 'Script' && scripts.add(requestId),
    );
    client.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      if (scripts.has(requestId)) bytes += encodedDataLength;
    });
    await page.goto(t.url);
    await heading('Home').waitFor();
    await page.waitForLoadState('load');
    assert.ok(scripts.size > 1 && bytes > 50_000, `${scripts.size} scripts of ${bytes} bytes`);
    assert.ok(bytes <= FIRST_LOAD, `${bytes} bytes of script`);
    assert.equal(new URL(page.url()).pathname, '/app');
  });

  it('answers at the address of every page, and says so where there is none', async () => {
    await page.goto(`${t.url}/app/imports`);
    await heading('Imports').waitFor();
    await page.goto(`${t.url}/app/no/such/page`);
    await heading('There is no such page').waitFor();
    await page.getByRole('link', { name: 'To the start page' }).click();
    await heading('Home').waitFor();
    // The API keeps the words without the prefix.
    assert.match((await fetch(`${t.url}/imports`)).headers.get('content-type') ?? '', /json/);
  });

  it('is walked by keyboard: a way past the navigation, and its links in order', async () => {
    await page.goto(`${t.url}/app/imports`);
    await heading('Imports').waitFor();
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate('document.activeElement.getAttribute("href")'), '#content');
    await page.keyboard.press('Enter');
    await until(page, 'document.activeElement?.id === "content"');
  });

  it('speaks German when it is told to, and when the browser wishes so', async () => {
    await page.goto(`${t.url}/app/imports`);
    await page.getByLabel('Language').selectOption('de');
    await heading('Importe').waitFor();
    assert.equal(await page.locator('html').getAttribute('lang'), 'de');
    await page.reload();
    await heading('Importe').waitFor();
    await page.getByLabel('Sprache').selectOption('en');
    await heading('Imports').waitFor();
    const austrian = await browser.newContext({ locale: 'de-AT' });
    const other = await austrian.newPage();
    await other.goto(`${t.url}/app/imports`);
    await other.getByRole('heading', { level: 1, name: 'Importe' }).waitFor();
    await austrian.close();
  });

  it('is light or dark as the system wishes, until somebody chooses', async () => {
    const scheme = () => page.evaluate<string>('getComputedStyle(document.documentElement).colorScheme');
    await page.emulateMedia({ colorScheme: 'dark' });
    assert.equal(await scheme(), 'dark');
    await page.getByLabel('Colours').selectOption('light');
    assert.equal(await scheme(), 'light');
    await page.reload();
    await heading('Imports').waitFor();
    assert.equal(await scheme(), 'light');
    await page.getByLabel('Colours').selectOption('system');
    assert.equal(await scheme(), 'dark');
    await page.emulateMedia({ colorScheme: 'light' });
  });

  it('has every page in reach of a thumb on a phone', async () => {
    await page.setViewportSize({ width: 390, height: 800 });
    await page.goto(`${t.url}/app`);
    await page
      .getByRole('navigation', { name: 'Nearest pages' })
      .getByRole('button', { name: 'More' })
      .click();
    const sheet = page.getByRole('dialog', { name: 'All pages' });
    await sheet.getByRole('link', { name: 'Library' }).click();
    await heading('Library').waitFor();
    await sheet.waitFor({ state: 'detached' });
    assert.equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true);
    await page.setViewportSize({ width: 1400, height: 900 });
  });

  it('breaks no rule of accessibility or of the policy', async () => {
    for (const path of ['', '/add', '/imports', '/library', '/nowhere']) {
      await page.goto(`${t.url}/app${path}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      assert.deepEqual(await violations(page), [], path);
    }
    assert.deepEqual(misdeeds, { errors: [], outside: [], dialogs: [] });
  });
});

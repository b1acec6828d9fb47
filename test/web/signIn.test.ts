import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { type Account, makeAccount, PASSWORD, startGuarded } from '../hosting/access.ts';
import { picture } from '../hosting/pictures.ts';
import type { Tributary } from '../hosting/tributary.ts';
import { hasChromium, launchChromium, until } from './chromium.ts';

describe('the page where people sign in', function () {
  this.timeout(240_000);
  let t: Tributary;
  let who: Account;
  let browser: Browser;
  let page: Page;

  before(async function () {
    if (!hasChromium()) {
      if (process.env['CI'] === 'true') assert.fail('Chromium is not installed: apt-get install -y chromium');
      this.skip();
    }
    t = await startGuarded(['api', 'io', 'cpu']);
    who = await makeAccount(t.db, 'north', 'contributor');
    browser = await launchChromium();
    page = await (await browser.newContext()).newPage();
    page.setDefaultTimeout(60_000);
  });
  after(async () => {
    await browser?.close();
    await t?.close();
  });

  /** Waits until the first picture is really there, which the view token is for. */
  const shown = () => until(page, "document.querySelector('[data-image] img')?.naturalWidth > 0");

  it('asks who it is, and says when that is wrong', async () => {
    await page.goto(t.url);
    await page.getByLabel('E-mail').fill(who.email);
    await page.getByLabel('Password').fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Check both.').waitFor();
    assert.equal(await page.locator('[data-image]').count(), 0);
  });

  it('shows the tenant of who signed in, pictures and all, and takes uploads for it', async () => {
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    await page.goto(`${t.url}/app/add`);
    await page
      .locator('input[type=file]')
      .first()
      .setInputFiles({ name: 'mine.jpg', mimeType: 'image/jpeg', buffer: await picture(4_711) });
    await page.locator('[data-uploads=idle] [data-safe=true]').waitFor();
    await page.getByRole('link', { name: 'Library' }).first().click();
    await page.locator('[data-image]').first().waitFor();
    await shown();
    const [row] = await t.db.run(
      (sql) =>
        sql`select t.name from assets a join tenants t on t.id = a.tenant_id where a.name = 'mine.jpg'`,
    );
    assert.equal(row?.['name'], 'north');
  });

  it('knows them again after a reload, without a token that scripts can read', async () => {
    await page.reload();
    await page.locator('[data-image]').first().waitFor();
    await shown();
    const kept = await page.evaluate<unknown[]>(
      '[document.cookie, localStorage.length, sessionStorage.length]',
    );
    assert.deepEqual(kept, ['', 0, 0]);
  });

  it('forgets them when they sign out', async () => {
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    assert.equal(await page.locator('[data-image]').count(), 0);
  });
});

import assert from 'node:assert/strict';
import { type Account, makeAccount, PASSWORD, startGuarded, withKey } from '../hosting/access.ts';
import { startHookReceiver } from '../hosting/hookReceiver.ts';
import { picture } from '../hosting/pictures.ts';
import { putModel } from '../hosting/seen.ts';
import type { Tributary } from '../hosting/tributary.ts';
import { hasChromium } from './chromium.ts';
import { startWalk, type Walk } from './walk.ts';

const HOSTILE = '<img src=x onerror=alert(1)>';

describe('settings, and what each role may, in Chromium', function () {
  this.timeout(240_000);
  let t: Tributary;
  let walk: Walk;
  let admin: Account;
  let viewer: Account;

  before(async function () {
    this.timeout(240_000);
    if (!hasChromium()) {
      if (process.env['CI'] === 'true') assert.fail('Chromium is not installed: apt-get install -y chromium');
      this.skip();
    }
    t = await startGuarded(['api', 'io', 'cpu']);
    admin = await makeAccount(t.db, 'north', 'admin', { installation: true });
    viewer = await makeAccount(t.db, 'north', 'viewer');
    await putModel(t.db, 'finder');
    walk = await startWalk(t.url);
  });
  after(async () => {
    await walk?.close();
    await t?.close();
  });

  async function signIn({ email }: Account): Promise<void> {
    const { page } = walk;
    await page.goto(`${t.url}/app`);
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    // Chromium notes the questions that nobody was signed in for.
    walk.misdeeds.errors.length = 0;
  }
  async function tab(name: string): Promise<void> {
    await walk.page.getByRole('tab', { name }).click();
    await walk.page.getByRole('tabpanel', { name }).waitFor();
    await walk.holds("document.querySelectorAll('[role=tabpanel]').length === 1");
  }

  it('sets limits and privacy of a tenant', async () => {
    const { page } = walk;
    await page.goto(`${t.url}/app`);
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    walk.misdeeds.errors.length = 0;
    await walk.inspect('sign-in');
    await signIn(admin);
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
    await page.getByLabel('Most images').fill('1000');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved.').first().waitFor();
    await page.getByRole('switch', { name: 'Make people unrecognisable' }).click();
    await page.locator('[role=switch][aria-checked=true]').waitFor();
    await walk.inspect('settings-tenant');
    // Back again: until somebody looked for people, which nobody does here, nothing new would be shown.
    await page.getByRole('switch', { name: 'Make people unrecognisable' }).click();
    await page.locator('[role=switch][aria-checked=false]').waitFor();
    const { max_assets } = (await (
      await fetch(`${t.url}/tenants/north`, { headers: withKey(admin.key) })
    ).json()) as { max_assets: number };
    assert.equal(max_assets, 1000);
  });

  it('lets people in with a role, changes it, and lets them out', async () => {
    const { page } = walk;
    await tab('People');
    await page.getByLabel('Name', { exact: true }).fill(HOSTILE);
    await page.getByLabel('E-mail').fill('new@example.org');
    await page.getByLabel('First password').fill('a password that is long enough');
    await page.getByRole('button', { name: 'Let in' }).click();
    await page.getByLabel(`Role of ${HOSTILE}`).selectOption('contributor');
    await page.getByText('Saved.').first().waitFor();
    await walk.inspect('settings-people');
    const row = page.getByRole('listitem').filter({ hasText: 'new@example.org' });
    await row.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
    await row.waitFor({ state: 'detached' });
    assert.equal(await page.locator('img[src="x"]').count(), 0);
  });

  it('makes a key that is shown once and works, and revokes it', async () => {
    const { page } = walk;
    await tab('Keys');
    await page.getByLabel('Name', { exact: true }).fill('loader');
    await page.getByLabel('For', { exact: true }).selectOption('library');
    await page.getByLabel('May', { exact: true }).selectOption('read');
    await page.getByRole('button', { name: 'Make the key' }).click();
    const key = (await page.locator('[role=status] code').textContent()) ?? '';
    assert.match(key, /^trib_/);
    const look = () => fetch(`${t.url}/images`, { headers: withKey(key) });
    assert.equal((await look()).status, 200);
    await walk.inspect('settings-keys');
    const row = page.getByRole('listitem').filter({ hasText: 'loader' });
    await row.getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click();
    await row.getByText('revoked').waitFor();
    const until = Date.now() + 60_000;
    while ((await look()).status !== 401) assert.ok(Date.now() < until, 'The key still works.');
  });

  it('adds places and presets, and moves thresholds of models', async () => {
    const { page } = walk;
    await tab('Places');
    await page.getByLabel('Name', { exact: true }).fill('North ridge');
    await page.getByLabel('Latitude').fill('47.5');
    await page.getByLabel('Longitude').fill('11.25');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText('47.5°, 11.25°').waitFor();
    await walk.inspect('settings-places');
    await tab('Presets');
    await page.getByLabel('Name', { exact: true }).fill('poster');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    const row = page.getByRole('listitem').filter({ hasText: 'poster' });
    await row.getByText('800 × 800').waitFor();
    await walk.inspect('settings-presets');
    await row.getByRole('button', { name: 'Retire' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Retire' }).click();
    await row.waitFor({ state: 'detached' });
    await tab('Models');
    await page.getByRole('button', { name: 'Thresholds' }).click();
    const slider = page.getByRole('slider', { name: 'animal from which score on' });
    await slider.focus();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved.').first().waitFor();
    await walk.inspect('settings-models');
  });

  it('tells an address of what happens', async () => {
    const { page } = walk;
    const receiver = await startHookReceiver();
    try {
      await tab('Webhooks');
      await page.getByLabel('Address').fill(receiver.url);
      await page.getByRole('button', { name: 'Add', exact: true }).click();
      await page.getByText('Keep this secret now').waitFor();
      const row = page.getByRole('listitem').filter({ hasText: receiver.url });
      await row.getByRole('button', { name: 'Test' }).click();
      await row.getByText(/last told/).waitFor();
      await walk.inspect('settings-webhooks');
    } finally {
      await receiver.close();
    }
  });

  it('offers nothing to who may only look', async () => {
    const { page } = walk;
    const form = new FormData();
    form.append('tenant_name', 'north');
    form.append('file', new Blob([new Uint8Array(await picture(4_712))]), 'theirs.jpg');
    const sent = await fetch(`${t.url}/upload/`, { method: 'POST', headers: withKey(admin.key), body: form });
    assert.equal(sent.ok, true);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await signIn(viewer);
    await page.getByText('You may look at everything here, but not change it.').waitFor();
    assert.equal(await page.getByRole('link', { name: 'Add images' }).count(), 0);
    const pages = page.getByRole('navigation', { name: 'Pages', exact: true });
    for (const [place, gone] of [
      ['Imports', 'Add images'],
      ['Sources', 'Add a source'],
      ['Cameras', 'Add a camera'],
    ] as const) {
      await pages.getByRole('link', { name: place }).click();
      await page.getByRole('heading', { level: 1, name: place }).waitFor();
      assert.equal(await page.getByRole('link', { name: gone }).count(), 0, place);
    }
    await pages.getByRole('link', { name: 'Exports' }).click();
    await page.getByText('No exports yet').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Make the file' }).count(), 0);
    await pages.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
    assert.equal(await page.getByRole('tab', { name: 'People' }).count(), 0);
    assert.equal(await page.getByLabel('Most images').count(), 0);
    await pages.getByRole('link', { name: 'Library' }).click();
    await walk.holds("document.querySelector('[data-image] img')?.naturalWidth > 0");
    assert.deepEqual(walk.misdeeds, { errors: [], outside: [], dialogs: [] });
  });
});

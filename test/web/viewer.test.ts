import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Account, makeAccount, PASSWORD, startGuarded, withKey } from '../hosting/access.ts';
import { picture } from '../hosting/pictures.ts';
import { putModel, putSeen } from '../hosting/seen.ts';
import type { Tributary } from '../hosting/tributary.ts';
import { hasChromium } from './chromium.ts';
import { startWalk, type Walk } from './walk.ts';

/** What begins with one of these changes something. */
const CHANGES =
  /^(add|save|remove|delete|run now|begin|stop|pause|resume|retry|try|make|let in|revoke|retire|test|put |empty|trash|import again|cancel|close the|reopen|look first|start|choose files|merge|keep|yes|no$|right|not there|nothing|ask)/i;

describe('who may only look, in Chromium', function () {
  this.timeout(240_000);
  let t: Tributary;
  let walk: Walk;
  let folder: string;
  let admin: Account;
  let importId: string;
  let cameraId: string;
  let sourceId: string;
  let assetId: number;

  before(async function () {
    this.timeout(240_000);
    if (!hasChromium()) {
      if (process.env['CI'] === 'true') assert.fail('Chromium is not installed: apt-get install -y chromium');
      this.skip();
    }
    folder = await mkdtemp(path.join(tmpdir(), 'viewer-'));
    t = await startGuarded(['api', 'io', 'cpu']);
    admin = await makeAccount(t.db, 'north', 'admin', { installation: true });
    await fill();
    walk = await startWalk(t.url);
    const viewer = await makeAccount(t.db, 'north', 'viewer');
    const { page } = walk;
    await page.goto(`${t.url}/app`);
    await page.getByLabel('E-mail').fill(viewer.email);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    walk.misdeeds.errors.length = 0;
  });
  after(async () => {
    await walk?.close();
    await t?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function ask<T>(method: string, at: string, body?: object): Promise<T> {
    const answer = await fetch(`${t.url}${at}`, {
      method,
      headers: { ...withKey(admin.key), 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    assert.ok(answer.ok, `${method} ${at}: ${answer.status}`);
    return answer.json() as Promise<T>;
  }

  /** Something of everything that could be changed. */
  async function fill(): Promise<void> {
    await writeFile(path.join(folder, 'a.jpg'), await picture(1));
    await writeFile(path.join(folder, 'b.jpg'), await picture(2));
    const tenant_name = 'north';
    importId = (await ask<{ id: string }>('POST', '/imports', { url: folder, tenant_name })).id;
    const ready = async (): Promise<{ id: number }[]> =>
      (await ask<{ images: { id: number }[] }>('GET', `/images?tenant_name=${tenant_name}`)).images;
    while ((await ready()).length < 2) await new Promise(setImmediate);
    const [one, two] = await ready();
    assetId = one!.id;
    const model = await putModel(t.db, 'finder');
    await putSeen(t.db, model, [assetId], [{ asset: assetId, label: 'animal', score: 0.5 }]);
    await ask('POST', '/images/trash', { ids: [two!.id] });
    const url = 'rtsp://192.0.2.7/stream';
    cameraId = (await ask<{ id: string }>('POST', '/cameras', { name: 'Gate', rtsp_url: url, tenant_name }))
      .id;
    const schedule = 'every 1h';
    const source = { name: 'Ridge', kind: 'folder', base_url: folder, schedule };
    sourceId = (await ask<{ id: string }>('POST', '/image-pull-sources', { ...source, tenant_name })).id;
  }

  const pages = (): string[] => [
    ...['', '/add', '/library', `/library?image=${assetId}`, '/review', '/map', '/duplicates', '/trash'],
    ...['/imports', `/imports/${importId}`, '/sources', '/sources/new', `/sources/${sourceId}`],
    ...[
      '/cameras',
      '/cameras/new',
      `/cameras/${cameraId}`,
      '/failures',
      '/reports',
      '/campaigns',
      '/exports',
    ],
    ...['tenant', 'people', 'keys', 'places', 'presets', 'models', 'webhooks'].map(
      (about) => `/settings?about=${about}`,
    ),
  ];

  async function go(at: string): Promise<void> {
    await walk.page.goto(`${t.url}/app${at}`);
    await walk.page.getByRole('button', { name: 'Sign out' }).waitFor();
    // Chromium notes that a new page asks who it is before it has a token.
    const { errors } = walk.misdeeds;
    errors.splice(0, errors.length, ...errors.filter((error) => !/ 401 .*\/auth\/me\)$/.test(error)));
  }

  it('is offered nothing, on any page, that would be refused', async () => {
    const { page, misdeeds } = walk;
    const offered: string[] = [];
    for (const at of pages()) {
      await go(at);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await walk.holds("document.querySelector('main [aria-busy=true]') === null");
      const names = await page.evaluate<string[]>(`
        [...document.querySelectorAll('main button, main input[type=submit], main a.btn, [data-over-all] button')]
          .filter((one) => !one.disabled && one.checkVisibility())
          .map((one) => one.getAttribute('aria-label') ?? one.textContent.trim())`);
      // Keys of one's own are one's own.
      const own = at.endsWith('keys') ? ['Make the key', 'Revoke'] : [];
      offered.push(
        ...names.filter((name) => CHANGES.test(name) && !own.includes(name)).map((name) => `${at}: ${name}`),
      );
      assert.deepEqual(misdeeds, { errors: [], outside: [], dialogs: [] }, at);
    }
    assert.deepEqual(offered, []);
  });

  it('is told at the address of a form that it is not for them', async () => {
    const { page } = walk;
    for (const [at, role] of [
      ['/add', 'contributor'],
      ['/sources/new', 'manager'],
      ['/cameras/new', 'manager'],
    ] as const) {
      await go(at);
      await page.getByText(`Only for: ${role}`).waitFor();
      assert.equal(await page.locator('main form').count(), 0);
      await walk.inspect(`only-${role}`);
    }
  });
});

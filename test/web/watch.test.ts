import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { hasGstreamer, type RtspServer, startRtspServer } from '../capture/gstreamer.ts';
import { startPhotoServer } from '../hosting/photoServer.ts';
import { picture } from '../hosting/pictures.ts';
import { startTributary, type Tributary } from '../hosting/tributary.ts';
import { freePort } from '../sources/servers.ts';
import { hasChromium } from './chromium.ts';
import { startWalk, type Walk } from './walk.ts';

describe('watching what goes on, in Chromium', function () {
  this.timeout(240_000);
  let t: Tributary;
  let walk: Walk;
  let home: string;
  let rtsp: RtspServer | undefined;

  before(async function () {
    this.timeout(240_000);
    if (!hasChromium()) {
      if (process.env['CI'] === 'true') assert.fail('Chromium is not installed: apt-get install -y chromium');
      this.skip();
    }
    home = await mkdtemp(path.join(tmpdir(), 'watch-'));
    t = await startTributary({
      parts: ['api', 'io', 'cpu', 'capture'],
      env: { SECRET_KEY: 'a secret of tests, long enough to be one' },
    });
    if (await hasGstreamer()) rtsp = await startRtspServer();
    walk = await startWalk(t.url);
  });
  after(async () => {
    await walk?.close();
    await t?.close();
    await rtsp?.stop();
    await rm(home, { recursive: true, force: true });
  });

  it('begins with nothing to do, and says how to begin', async () => {
    const { page } = walk;
    await walk.visit('', 'Home');
    await page.getByText('Nothing waits for you.').waitFor();
    await page.getByText('Nothing runs just now.').waitFor();
    await walk.inspect('home-empty');
    await walk.visit('/cameras', 'Cameras');
    await page.getByText('No cameras yet').waitFor();
    await walk.inspect('cameras-empty');
    await walk.visit('/failures', 'Failures');
    await page.getByText('Nothing failed').waitFor();
    await page.getByText(/reasons, with what to do/).click();
    await page.getByLabel('Search the reasons').fill('truncated');
    await page.getByText('The image ends before it is complete').waitFor();
    await walk.inspect('failures-empty');
  });

  it('gathers failed files by reason, and gives them another round', async () => {
    const { page } = walk;
    const photos = await startPhotoServer({ 'a.jpg': await picture(1), 'b.jpg': await picture(2) });
    try {
      photos.broken.set('b.jpg', 503);
      const id = await t.startImport(photos.url);
      await t.waitImport(id);
      await walk.visit('', 'Home');
      await page.getByRole('link', { name: '1 file failed' }).click();
      const card = page.getByRole('article').first();
      await card.getByRole('button', { name: 'Files' }).click();
      await card.getByText('b.jpg', { exact: true }).waitFor();
      await walk.inspect('failures');
      photos.broken.clear();
      await card.getByRole('button', { name: 'Try all again' }).click();
      await page.getByText('Nothing failed').waitFor();
      await t.waitImport(id, ['completed']);
    } finally {
      await photos.close();
    }
  });

  it('sets a camera up from its address, and tells that it cannot be seen', async () => {
    const { page } = walk;
    await walk.visit('/add', 'Add images');
    await page
      .getByRole('textbox', { name: 'A link or a folder' })
      .fill(`rtsp://ranger:secret@127.0.0.1:${await freePort()}/stream`);
    await page.getByRole('button', { name: 'Set up the camera' }).click();
    await page.getByRole('heading', { level: 1, name: 'Add a camera' }).waitFor();
    await page.getByLabel('Name', { exact: true }).fill('South gate <i>');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { level: 1, name: 'South gate <i>' }).waitFor();
    assert.doesNotMatch(await page.content(), /secret@/);
    await page.getByRole('button', { name: 'Test', exact: true }).click();
    await page
      .getByRole('status')
      .filter({ hasText: /\w{4}/ })
      .filter({ hasText: /camera/i })
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Begin' }).click();
    await page.locator('[data-condition=lost]').waitFor();
    await page.getByRole('img', { name: /A line of time with [1-9]/ }).waitFor();
    await page.getByRole('region', { name: 'Times of the day' }).getByLabel('Name').fill('Night');
    await page.getByLabel('From').fill('21:00');
    await page.getByLabel('To', { exact: true }).fill('05:30');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText('21:00 to 05:30').waitFor();
    await walk.inspect('camera-lost');
    await walk.visit('', 'Home');
    await page.getByRole('link', { name: 'A camera is not seen' }).waitFor();
    await walk.inspect('home');
  });

  it('shows what a camera sees, live and as frames', async function () {
    if (rtsp === undefined) return this.skip();
    const { page } = walk;
    await walk.visit('/cameras/new', 'Add a camera');
    await page.getByLabel('Name', { exact: true }).fill('North gate');
    await page.getByLabel('Address').fill(`rtsp://127.0.0.1:${rtsp.ports.open}/h264`);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { level: 1, name: 'North gate' }).waitFor();
    await page.getByLabel('Seconds').fill('2');
    await page.getByRole('button', { name: 'Begin' }).click();
    await page.locator('[data-condition=capturing]').waitFor();
    const frames = page.getByRole('region', { name: 'Latest frames' });
    await frames.getByRole('link').first().waitFor();
    await walk.holds("document.querySelector('img.aspect-video')?.naturalWidth > 0");
    await page.getByRole('button', { name: 'Look live' }).click();
    await walk.holds('document.querySelector(\'img[alt*="sees now"]\')?.naturalWidth > 0');
    await page.getByRole('button', { name: 'Stop looking' }).click();
    await walk.inspect('camera');
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.getByText('Nothing is captured just now.').waitFor();
    await walk.visit('/cameras', 'Cameras');
    await page.getByText('North gate').waitFor();
    await walk.inspect('cameras');
  });
});

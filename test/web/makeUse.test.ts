import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { addFrom } from '../../cli/models.ts';
import { brightBlobs, putModel } from '../hosting/models.ts';
import { folderOf } from '../hosting/pictures.ts';
import { startTributary, type Tributary } from '../hosting/tributary.ts';
import { hasChromium } from './chromium.ts';
import { startWalk, type Walk } from './walk.ts';

const COUNT = 6;
const HOSTILE = '<script>alert(1)</script> spots';

/** Every other picture has a bright spot, which the models take for an animal. */
async function pictureOf(seed: number): Promise<Buffer> {
  const spot = await sharp({ create: { width: 32, height: 32, channels: 3, background: '#ffffff' } })
    .png()
    .toBuffer();
  return sharp({
    create: { width: 512, height: 512, channels: 3, background: { r: 10, g: seed * 3, b: 20 } },
  })
    .composite(seed % 2 === 0 ? [{ input: spot, left: (seed % 16) * 32, top: 96 }] : [])
    .withExif({ IFD2: { DateTimeOriginal: `2024:06:0${1 + seed} 0${seed}:30:00` } })
    .jpeg({ quality: 95 })
    .toBuffer();
}

describe('making use of what was seen, in Chromium', function () {
  this.timeout(240_000);
  let t: Tributary;
  let walk: Walk;
  let dir: string;
  let folder: string;

  before(async function () {
    this.timeout(240_000);
    if (!hasChromium()) {
      if (process.env['CI'] === 'true') assert.fail('Chromium is not installed: apt-get install -y chromium');
      this.skip();
    }
    t = await startTributary();
    dir = await mkdtemp(path.join(tmpdir(), 'tributary-use-'));
    const model = (version: string, side: number) =>
      putModel(path.join(dir, version), 'yolov5', brightBlobs(side), {
        ...{ name: 'blobs', version, input: { width: side, height: side } },
        thresholds: { typical: 0.5, conservative: 0.05 },
      });
    await addFrom(t.config, (await model('1', 256)).manifestPath);
    await addFrom(t.config, (await model('2', 512)).manifestPath);
    const files: Record<string, Buffer> = {};
    for (let seed = 0; seed < COUNT; seed += 1) files[`p${seed}.jpg`] = await pictureOf(seed);
    folder = await folderOf(files);
    await t.waitImport(await t.startImport(folder));
    walk = await startWalk(t.url);
  });
  after(async () => {
    await walk?.close();
    await t?.close();
    for (const one of [dir, folder]) if (one !== undefined) await rm(one, { recursive: true });
  });

  it('asks people, one key for each image, and tells how right the library is', async () => {
    const { page } = walk;
    await walk.visit('/campaigns', 'Campaigns');
    await page.getByText('No campaigns yet').waitFor();
    await walk.inspect('campaigns-empty');
    await page.getByLabel('Name').fill(HOSTILE);
    await page.getByLabel('What is asked after').fill('animal');
    await page.getByLabel('People to ask about each image').fill('1');
    await page.getByRole('button', { name: 'Begin' }).click();
    await page.getByRole('heading', { level: 1, name: HOSTILE }).waitFor();
    await page.getByLabel('Who answers').fill('Ada <b>');
    await page.getByLabel('Who answers').blur();
    for (let seed = 0; seed < COUNT; seed += 1) {
      const image = page.getByRole('img', { name: /^Image \d+$/ });
      await image.waitFor();
      await walk.holds("document.querySelector('img[alt^=Image]')?.naturalWidth > 0");
      if (seed === 0) await walk.inspect('campaign');
      const shown = await image.getAttribute('alt');
      await page.keyboard.press(seed % 2 === 0 ? 'y' : 'n');
      if (seed < COUNT - 1) await page.locator(`img[alt="${shown}"]`).waitFor({ state: 'detached' });
    }
    await page.getByText('Nothing left to ask you').waitFor();
    await page.getByText(`${COUNT} of ${COUNT}`).waitFor();
    await page.getByText('3 yes · 3 no · 0 unsure').waitFor();
    await walk.inspect('campaign-done');
  });

  it('draws how the scores of a model on trial moved, and puts it to use', async () => {
    const { page } = walk;
    await walk.visit('/settings?about=models', 'Settings');
    const second = page.getByRole('article', { name: 'blobs 2' });
    await second.getByRole('button', { name: 'Try it beside' }).click();
    await page.getByRole('heading', { level: 1, name: 'blobs@2 beside blobs@1' }).waitFor();
    await walk.visit('/campaigns', 'Campaigns');
    await page.getByRole('link', { name: 'blobs@2 beside blobs@1' }).click();
    await page.getByText(`${COUNT} of ${COUNT}`).waitFor();
    await page.getByRole('img', { name: /Boxes of animal by tenths/ }).waitFor();
    assert.ok((await page.locator('canvas').count()) > 0);
    await walk.inspect('trial');
    await page.getByRole('button', { name: 'Put to use' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Put to use' }).click();
    await page.getByText('The model is in use.').waitFor();
    await page.getByRole('button', { name: 'Give the place back' }).waitFor();
  });

  it('makes a file for other programs, and gives it out', async () => {
    const { page } = walk;
    await walk.visit('/exports', 'Exports');
    await page.getByText('No exports yet').waitFor();
    await walk.inspect('exports-empty');
    await page.getByLabel('Format').selectOption('megadetector');
    await page.getByRole('button', { name: 'Make the file' }).click();
    await page.locator('[data-export=completed]').waitFor();
    await walk.inspect('exports');
    const begun = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download' }).click();
    const file = await (await begun).createReadStream();
    let text = '';
    for await (const chunk of file) text += String(chunk);
    assert.equal((JSON.parse(text) as { images: unknown[] }).images.length, COUNT);
    await page.getByRole('button', { name: 'Delete the file' }).click();
    await page.locator('[data-export=expired]').waitFor();
  });

  it('draws when what is about', async () => {
    const { page } = walk;
    await walk.visit('/reports', 'Reports');
    const activity = page.getByRole('region', { name: 'Activity by the hour of the day' });
    await activity.getByRole('img', { name: /a line for each kind/ }).waitFor();
    await activity
      .getByText(/animal/i)
      .first()
      .waitFor();
    await walk.inspect('reports');
    await page.getByLabel('From').fill('2031-01-01');
    await activity.getByText('Nothing was seen in these images yet.').waitFor();
  });
});

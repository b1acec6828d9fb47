import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { drawLibrary } from '../../cli/client/sample.ts';
import { putModel, putSeen } from '../hosting/seen.ts';
import { stopStack } from '../hosting/stack.ts';
import { startTributary, type Tributary } from '../hosting/tributary.ts';
import { drawn, launchChromium, until } from './chromium.ts';

/**
 * Takes the pictures of docs/pictures: `npm run screenshots`. With a folder, it takes every page instead, in both themes
 * and languages, wide and narrow, for somebody to look at: `npm run screenshots -- /tmp/pages`.
 */
const FOLDER = process.argv[2];
const DOCS = path.resolve(import.meta.dirname, '../../docs/pictures');
const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 390, height: 844 };

/** What is on the drawn pictures, and where: left, top, width and height. */
const SEEN = {
  'TRIB0001.JPG': ['red deer', 0.26, 0.37, 0.23, 0.48],
  'TRIB0002.JPG': ['red fox', 0.37, 0.64, 0.3, 0.2],
  'TRIB0003.JPG': ['grey heron', 0.52, 0.55, 0.22, 0.33],
  'TRIB0004.JPG': ['brown hare', 0.355, 0.66, 0.11, 0.17],
  'TRIB0006.JPG': ['red deer', 0.36, 0.3, 0.29, 0.55],
  'TRIB0007.JPG': ['wild boar', 0.28, 0.63, 0.27, 0.22],
  'TRIB0008.JPG': ['tawny owl', 0.555, 0.33, 0.14, 0.29],
  'TRIB0009.JPG': ['red fox', 0.29, 0.66, 0.29, 0.19],
  'TRIB0010.JPG': ['grey heron', 0.475, 0.54, 0.215, 0.32],
  'TRIB0012.JPG': ['red fox', 0.27, 0.64, 0.315, 0.21],
  'TRIB0015.JPG': ['roe deer', 0.34, 0.5, 0.225, 0.35],
  'TRIB0019.JPG': ['grey heron', 0.28, 0.52, 0.22, 0.35],
} as const satisfies Record<string, readonly [string, number, number, number, number]>;

interface Shot {
  name: string;
  /** Below `/app`. */
  at: string;
  /** Brings the page to what is to be seen. */
  prepare?: (page: Page) => Promise<unknown>;
  /** One of those in docs/pictures. */
  inDocs?: boolean;
}

/** The demo library as the pipeline leaves it, with what a model would have seen. */
async function fill(t: Tributary, folder: string): Promise<Map<string, number>> {
  const [main] = await drawLibrary(folder, 24, () => {});
  if (main === undefined) throw new Error('The demo library is empty.');
  await t.waitImport(await t.startImport(main.folder));
  const rows = await t.db.run(
    (sql) => sql<{ id: number; name: string }[]>`
      select id, name from assets where state = 'ready' order by created_at desc, id desc`,
  );
  const ids = new Map(rows.map(({ id, name }) => [name, id]));
  const model = await putModel(t.db, 'finder');
  const boxes = Object.entries(SEEN).flatMap(([name, [species, ...box]], index) => {
    const asset = ids.get(name);
    const score = 0.97 - (index % 5) * 0.11;
    const what = { label: 'animal' as const, score, species: [[species, score]] as [string, number][] };
    return asset === undefined ? [] : [{ asset, ...what, box }];
  });
  await putSeen(
    t.db,
    model,
    boxes.map(({ asset }) => asset),
    boxes,
  );
  return ids;
}

/** Longer than a page takes for what follows from its first answers. */
const CALM_MS = 2_000;

/** Everything that is on the screen has come. */
async function still(page: Page): Promise<void> {
  const come = `document.querySelector('h1, h2') !== null && document.querySelector('.skeleton') === null
    && [...document.images].every((image) => {
      const { top, bottom } = image.getBoundingClientRect();
      return bottom < 0 || top > innerHeight || (image.complete && image.naturalWidth > 0);
    })`;
  await until(page, come);
  await sleep(CALM_MS);
  await until(page, come);
  await drawn(page);
}

function shotsOf(ids: ReadonlyMap<string, number>): Shot[] {
  const fox = ids.get('TRIB0009.JPG');
  return [
    { name: 'home', at: '', inDocs: true },
    { name: 'add', at: '/add' },
    { name: 'library', at: '/library?sort=-taken', inDocs: true },
    { name: 'image', at: `/library?image=${fox}`, inDocs: true },
    { name: 'review', at: '/review', inDocs: true },
    { name: 'map', at: '/map' },
    { name: 'duplicates', at: '/duplicates' },
    { name: 'compare', at: `/compare?a=${fox}&b=${ids.get('TRIB0012.JPG')}` },
    { name: 'trash', at: '/trash' },
    { name: 'imports', at: '/imports' },
    {
      name: 'import',
      at: '/imports',
      prepare: (page) => page.locator('article h2 a').first().click(),
    },
    { name: 'sources', at: '/sources' },
    { name: 'source-new', at: '/sources/new' },
    { name: 'cameras', at: '/cameras' },
    { name: 'camera-new', at: '/cameras/new' },
    { name: 'failures', at: '/failures' },
    { name: 'reports', at: '/reports', inDocs: true },
    { name: 'campaigns', at: '/campaigns' },
    { name: 'exports', at: '/exports' },
    { name: 'settings', at: '/settings' },
    { name: 'models', at: '/settings?about=models' },
    { name: 'nowhere', at: '/no-such-page' },
  ];
}

async function take(t: Tributary, shots: readonly Shot[]): Promise<void> {
  const browser = await launchChromium();
  const manners = [
    { id: 'light', scheme: 'light', language: 'en-GB', viewport: WIDE },
    { id: 'dark', scheme: 'dark', language: 'en-GB', viewport: WIDE },
    { id: 'phone', scheme: 'light', language: 'en-GB', viewport: NARROW },
    { id: 'phone-dark-de', scheme: 'dark', language: 'de-DE', viewport: NARROW },
    { id: 'de', scheme: 'light', language: 'de-DE', viewport: WIDE },
  ] as const;
  for (const { id, scheme, language, viewport } of FOLDER === undefined ? manners.slice(0, 1) : manners) {
    const context = await browser.newContext({
      ...{ viewport, locale: language, colorScheme: scheme, reducedMotion: 'reduce' },
      timezoneId: 'Europe/Berlin',
    });
    const page = await context.newPage();
    for (const { name, at, prepare, inDocs } of shots) {
      if (FOLDER === undefined && inDocs !== true) continue;
      await page.goto(`${t.url}/app${at}`);
      await still(page);
      if (prepare !== undefined) {
        await prepare(page);
        await still(page);
      }
      const png = await page.screenshot();
      const file =
        FOLDER === undefined ? path.join(DOCS, `${name}.webp`) : path.join(FOLDER, `${name}-${id}.webp`);
      await writeFile(file, await sharp(png).webp({ quality: 82 }).toBuffer());
    }
    await context.close();
  }
  await browser.close();
}

await mkdir(FOLDER ?? DOCS, { recursive: true });
const work = await mkdtemp(path.join(tmpdir(), 'screenshots-'));
const tributary = await startTributary({
  env: { SECRET_KEY: 'a secret of pictures, long enough to be one' },
});
try {
  await take(tributary, shotsOf(await fill(tributary, work)));
} finally {
  await tributary.close();
  await stopStack();
  await rm(work, { recursive: true, force: true });
}
process.exit();

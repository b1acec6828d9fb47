import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import createDropboxKind from '../../../sources/kinds/dropbox/kind.ts';
import type { Json, Source } from '../../../sources/source.ts';
import { describeSource } from '../contract.ts';
import { startCuttingProxy } from '../cuttingProxy.ts';
import { kindDeps, visitor } from '../kindDeps.ts';
import { startFakeDropbox } from './fakeDropbox.ts';

const can = { resume: true, throttle: true, refuse: true };

/** The suite fetches everything through the root; what a link showed is to be had through that link only. */
function fetchingWhereListed(openAt: (below: string) => Source, below: string): Source {
  const source = openAt(below);
  return {
    ...source,
    async list(cursor, signal) {
      const page = await source.list(cursor, signal);
      const marked = (locator: Json) => (locator === null ? null : { below, locator });
      return { ...page, items: page.items.map((item) => ({ ...item, locator: marked(item.locator) })) };
    },
    fetch(item, options) {
      const { below, locator } = item.locator as { below: string; locator: Json };
      return openAt(below).fetch({ ...item, locator }, options);
    },
  };
}

async function setUp(addressOf: (below: string) => string, right: unknown, wrong: unknown) {
  const root = await fs.mkdtemp(path.join(os.tmpdir(), 'dropbox-'));
  // 2,000 is what is asked for; a little more may come.
  const fake = await startFakeDropbox({ root, tokens: ['a-token'], pageSize: 2_003, overshoot: 3 });
  const proxy = await startCuttingProxy(fake.port);
  const { providers } = kindDeps();
  const endpoint = `http://127.0.0.1:${proxy.port}`;
  const dropbox = { ...providers.dropbox, appKey: 'fake-app', appSecret: 'fake-app-secret', endpoint };
  const deps = kindDeps({ providers: { ...providers, dropbox } });
  const kind = createDropboxKind(deps);
  const openAt = (below: string, credentials: 'right' | 'wrong') =>
    kind.open(kind.parse(addressOf(below)), visitor(credentials === 'wrong' ? wrong : right));
  return {
    root,
    open: (below = '', credentials: 'right' | 'wrong' = 'right') =>
      fetchingWhereListed((at) => openAt(at, credentials), below),
    hidesDotFiles: false,
    sizes: 'exact' as const,
    trouble: { ...proxy.trouble, throttle: (times: number) => fake.throttle(times) },
    async tearDown() {
      await deps.client.close();
      await proxy.close();
      await fake.close();
      await fs.rm(root, { recursive: true });
    },
  };
}

describeSource('dropbox, a shared link with the key of the installation', can, () =>
  setUp(
    (below) =>
      `https://www.dropbox.com/sh/fakefolder/AAAkey/${below.split('/').map(encodeURIComponent).join('/')}`,
    null,
    { type: 'app', key: 'fake-app', secret: 's3cr3t' },
  ),
);

describeSource('dropbox, a folder of one’s own', can, () =>
  setUp(
    (below) => `dropbox:/${below}`,
    { type: 'token', access_token: 'a-token' },
    { type: 'token', access_token: 's3cr3t' },
  ),
);

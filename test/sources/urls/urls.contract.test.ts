import { readdirSync } from 'node:fs';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import createUrlsKind from '../../../sources/kinds/urls/kind.ts';
import { isSafeName } from '../../../sources/names.ts';
import { describeSource } from '../contract.ts';
import { startCuttingProxy } from '../cuttingProxy.ts';
import { kindDeps, visitor } from '../kindDeps.ts';
import { isInstalled, SERVERS, startServer, throttleBy, VISITOR } from '../servers.ts';

const server = SERVERS.find(({ guarded }) => guarded);
if (server === undefined) throw new Error('no server is guarded');

if (!isInstalled(server.command)) {
  describe('source contract: urls', () => {
    it(`needs "${server.command}" on this machine`, function () {
      if (process.env['CI']) throw new Error(`"${server.command}" is not installed`);
      this.skip();
    });
  });
} else {
  const can = { resume: true, throttle: true, refuse: true, placeless: true };
  describeSource(`urls, of files on ${server.name}`, can, async () => {
    const base = await fs.mkdtemp(path.join(os.tmpdir(), 'served-'));
    const root = path.join(base, 'root');
    const work = path.join(base, 'work');
    await fs.mkdir(root);
    await fs.mkdir(work, { mode: 0o777 });
    const running = await startServer(server, root, work);
    const proxy = await startCuttingProxy(Number(new URL(running.url).port));
    const origin = `http://127.0.0.1:${proxy.port}`;
    const deps = kindDeps();
    const kind = createUrlsKind(deps);
    return {
      root,
      open(below = '', credentials = 'right') {
        const given = credentials === 'right' ? VISITOR : { ...VISITOR, password: 'wr0ng-s3cr3t' };
        const items = readdirSync(path.join(root, below), { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile() && isSafeName(entry.name))
          .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
          // What was opened is told in the query, which the server takes no notice of.
          .map((file) => ({
            url: `${origin}/${file.split('/').map(encodeURIComponent).join('/')}?in=${encodeURIComponent(below)}`,
          }));
        const nothing = [{ url: `${origin}/gone.jpg` }];
        const parsed = kind.parse('urls:', { items: items.length === 0 ? nothing : items });
        return kind.open(parsed, visitor({ ...given, origin }));
      },
      pathOf({ externalId }) {
        const url = new URL(externalId);
        const file = url.pathname.slice(1).split('/').map(decodeURIComponent).join('/');
        return path.relative(url.searchParams.get('in') ?? '', file);
      },
      holds: isSafeName,
      hidesDotFiles: false,
      sizes: 'exact',
      trouble: { ...proxy.trouble, throttle: throttleBy(work) },
      async tearDown() {
        await deps.client.close();
        await proxy.close();
        await running.stop();
        await fs.rm(base, { recursive: true });
      },
    };
  });
}

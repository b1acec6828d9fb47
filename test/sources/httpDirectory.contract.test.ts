import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createHttpDirectoryKind } from '../../sources/http-directory/kind.ts';
import { createHttpClient } from '../../sources/reach/client.ts';
import { createGuard } from '../../sources/reach/guard.ts';
import { describeSource } from './contract.ts';
import { isInstalled, SERVERS, startServer } from './servers.ts';

for (const server of SERVERS) {
  if (!isInstalled(server.command)) {
    describe(`source contract: http-directory on ${server.name}`, () => {
      it(`needs "${server.command}" on this machine`, function () {
        if (process.env['CI']) throw new Error(`"${server.command}" is not installed`);
        this.skip();
      });
    });
    continue;
  }

  describeSource(`http-directory on ${server.name}`, async () => {
    const base = await fs.mkdtemp(path.join(os.tmpdir(), 'served-'));
    const root = path.join(base, 'root');
    const work = path.join(base, 'work');
    await fs.mkdir(root);
    await fs.mkdir(work, { mode: 0o777 });
    const running = await startServer(server, root, work);
    const guard = createGuard({ allowPrivateNets: [], allowLoopback: true });
    const client = createHttpClient({ guard, deadlines: { keepAliveMs: 200 } });
    const kind = createHttpDirectoryKind({ client });
    return {
      root,
      open: (below = '') => kind.open(kind.parse(running.url + below)),
      hidesDotFiles: server.hidesDotFiles,
      sizes: server.sizes,
      async tearDown() {
        await client.close();
        await running.stop();
        await fs.rm(base, { recursive: true });
      },
    };
  });
}

import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import createHttpDirectoryKind from '../../sources/kinds/http-directory/kind.ts';
import { describeSource } from './contract.ts';
import { startCuttingProxy } from './cuttingProxy.ts';
import { kindDeps, visitor } from './kindDeps.ts';
import { isInstalled, SERVERS, startServer, throttleBy, VISITOR } from './servers.ts';

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

  const guarded = server.guarded === true;
  const can = { resume: server.resumes, throttle: guarded, refuse: guarded };
  describeSource(`http-directory on ${server.name}`, can, async () => {
    const base = await fs.mkdtemp(path.join(os.tmpdir(), 'served-'));
    const root = path.join(base, 'root');
    const work = path.join(base, 'work');
    await fs.mkdir(root);
    await fs.mkdir(work, { mode: 0o777 });
    const running = await startServer(server, root, work);
    const proxy = await startCuttingProxy(Number(new URL(running.url).port));
    const url = `http://127.0.0.1:${proxy.port}/`;
    const deps = kindDeps();
    const kind = createHttpDirectoryKind(deps);
    return {
      root,
      open(below = '', credentials = 'right') {
        const given = credentials === 'right' ? VISITOR : { ...VISITOR, password: 'wr0ng-s3cr3t' };
        return kind.open(kind.parse(url + below), visitor(guarded ? given : null));
      },
      hidesDotFiles: server.hidesDotFiles,
      sizes: server.sizes,
      trouble: { ...proxy.trouble, ...(guarded && { throttle: throttleBy(work) }) },
      async tearDown() {
        await deps.client.close();
        await proxy.close();
        await running.stop();
        await fs.rm(base, { recursive: true });
      },
    };
  });
}

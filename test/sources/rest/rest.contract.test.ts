import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import createRestKind from '../../../sources/kinds/rest/kind.ts';
import { describeSource } from '../contract.ts';
import { startCuttingProxy } from '../cuttingProxy.ts';
import { kindDeps, visitor } from '../kindDeps.ts';
import { DESCRIPTIONS, type Paging, startApiServer } from './apiServer.ts';

for (const paging of Object.keys(DESCRIPTIONS) as Paging[]) {
  const can = { resume: true, throttle: true, refuse: true };
  describeSource(`rest (pages: ${paging})`, can, async () => {
    const root = await fs.mkdtemp(path.join(os.tmpdir(), 'api-'));
    const server = await startApiServer(root, 'open sesame');
    const proxy = await startCuttingProxy(server.port);
    const deps = kindDeps();
    const kind = createRestKind(deps);
    return {
      root,
      open(below = '', credentials = 'right') {
        const token = credentials === 'right' ? 'open sesame' : 'wr0ng-s3cr3t';
        const address = `http://127.0.0.1:${proxy.port}/api/${paging}?below=${encodeURIComponent(below)}`;
        return kind.open(kind.parse(address, DESCRIPTIONS[paging]), visitor({ type: 'bearer', token }));
      },
      hidesDotFiles: false,
      sizes: 'exact',
      trouble: { ...proxy.trouble, throttle: server.throttle },
      async tearDown() {
        await deps.client.close();
        await proxy.close();
        await server.close();
        await fs.rm(root, { recursive: true });
      },
    };
  });
}

import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import createFolderKind from '../../sources/kinds/folder/kind.ts';
import { describeSource } from './contract.ts';
import { kindDeps, visitor } from './kindDeps.ts';

describeSource('folder', { resume: false, throttle: false, refuse: false }, async () => {
  const root = await fs.mkdtemp(path.join(os.tmpdir(), 'folder-'));
  const deps = kindDeps({ folderRoots: [root] });
  const kind = createFolderKind(deps);
  return {
    root,
    open: (below = '') => kind.open(kind.parse(path.join(root, below)), visitor()),
    hidesDotFiles: false,
    sizes: 'exact',
    async tearDown() {
      await deps.client.close();
      await fs.rm(root, { recursive: true });
    },
  };
});

import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createFolderKind } from '../../sources/folder/kind.ts';
import { describeSource } from './contract.ts';

describeSource('folder', async () => {
  const root = await fs.mkdtemp(path.join(os.tmpdir(), 'folder-'));
  const kind = createFolderKind({ allowedRoots: [root] });
  return {
    root,
    open: (below = '') => kind.open(kind.parse(path.join(root, below))),
    hidesDotFiles: false,
    sizes: 'exact',
    tearDown: () => fs.rm(root, { recursive: true }),
  };
});

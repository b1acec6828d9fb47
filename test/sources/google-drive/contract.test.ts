import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import createGoogleDriveKind from '../../../sources/kinds/google-drive/kind.ts';
import type { Source } from '../../../sources/source.ts';
import { describeSource, type Place } from '../contract.ts';
import { kindDeps, visitor } from '../kindDeps.ts';
import { FAKE_KEY, FAKE_OAUTH, startFakeDrive } from './fakeDrive.ts';

const WAYS = {
  'an API key': {
    right: { type: 'api_key', key: FAKE_KEY },
    wrong: { type: 'api_key', key: 'AIza-s3cr3t' },
  },
  'an account': {
    right: { type: 'oauth', ...FAKE_OAUTH },
    wrong: { type: 'oauth', ...FAKE_OAUTH, refresh_token: '1//s3cr3t' },
  },
};

/** Ids say nothing of paths, so the paths are noted as things are listed. */
function noting(source: Source, note: (id: string) => void): Source {
  return {
    ...source,
    async list(cursor, signal) {
      const page = await source.list(cursor, signal);
      for (const { externalId } of page.items) note(externalId);
      return page;
    },
  };
}

for (const [way, credentials] of Object.entries(WAYS)) {
  const can = { resume: true, throttle: true, refuse: true };
  describeSource(`google_drive with ${way}`, can, async (): Promise<Place> => {
    const root = await fs.mkdtemp(path.join(os.tmpdir(), 'drive-'));
    const fake = await startFakeDrive({ root });
    const deps = kindDeps();
    deps.providers.google.endpoint = fake.url;
    const kind = createGoogleDriveKind(deps);
    const paths = new Map<string, string>();
    return {
      root,
      open(below = '', which = 'right') {
        const at = below === '.' ? '' : below;
        const parsed = kind.parse(`https://drive.google.com/drive/folders/${fake.tree.idOf(at)}?usp=sharing`);
        return noting(kind.open(parsed, visitor(credentials[which])), (id) => {
          const found = fake.tree.pathOf(id);
          if (found !== null) paths.set(id, path.relative(at, found));
        });
      },
      pathOf: ({ externalId }) => paths.get(externalId) ?? externalId,
      hidesDotFiles: false,
      sizes: 'exact',
      trouble: fake.trouble,
      async tearDown() {
        await deps.client.close();
        await fake.close();
        await fs.rm(root, { recursive: true });
      },
    };
  });
}

import assert from 'node:assert/strict';
import { Failure } from '../../../domain/failures.ts';
import { createSourceRegistry } from '../../../sources/registry.ts';
import { kindDeps } from '../kindDeps.ts';

const ID = '1AbC-dEf_GhIjKlMnOpQrStUvWxYz01234';
const FOLDER = `https://drive.google.com/drive/folders/${ID}`;
const FILE = `https://drive.google.com/file/d/${ID}/view`;

describe('links of Google Drive', () => {
  const deps = kindDeps();
  const registry = createSourceRegistry(deps);

  after(() => deps.client.close());

  const good: readonly [link: string, address: string, resourceKey?: string][] = [
    [FOLDER, FOLDER],
    [`${FOLDER}?usp=sharing`, FOLDER],
    [`${FOLDER}/?usp=drive_link#grid`, FOLDER],
    [`  ${FOLDER}  `, FOLDER],
    [`http://drive.google.com/drive/folders/${ID}`, FOLDER],
    [`HTTPS://Drive.Google.Com:443/drive/folders/${ID}`, FOLDER],
    [`drive.google.com/drive/folders/${ID}`, FOLDER],
    [`https://drive.google.com/drive/u/0/folders/${ID}`, FOLDER],
    [`https://drive.google.com/drive/u/12/folders/${ID}?resourcekey=0-AbC_d`, FOLDER, '0-AbC_d'],
    [`https://drive.google.com/drive/mobile/folders/${ID}?usp=sharing`, FOLDER],
    [`https://drive.google.com/drive/mobile/folders/1ParentParentParent/${ID}?sort=13&direction=a`, FOLDER],
    [`https://drive.google.com/drive/u/1/mobile/folders/${ID}`, FOLDER],
    [`https://drive.google.com/corp/drive/folders/${ID}`, FOLDER],
    [`https://drive.google.com/a/example.org/drive/folders/${ID}`, FOLDER],
    [`https://drive.google.com/folderview?id=${ID}&usp=sharing`, FOLDER],
    [`https://drive.google.com/folderview?usp=sharing&resourcekey=0-k&id=${ID}`, FOLDER, '0-k'],
    [`https://drive.google.com/embeddedfolderview?id=${ID}#list`, FOLDER],
    [`https://drive.google.com/open?id=${ID}&authuser=0`, FOLDER],
    [`https://drive.google.com/u/0/open?id=${ID}`, FOLDER],
    [`https://docs.google.com/folder/d/${ID}/edit`, FOLDER],
    [`https://docs.google.com/folderview?id=${ID}`, FOLDER],
    [
      `https://drive.google.com/drive/folders/0AbCdEfGhIjKlUk9PVA`,
      'https://drive.google.com/drive/folders/0AbCdEfGhIjKlUk9PVA',
    ],
    [FILE, FILE],
    [`https://drive.google.com/file/d/${ID}/view?usp=sharing&resourcekey=0-k`, FILE, '0-k'],
    [`https://drive.google.com/file/d/${ID}/edit`, FILE],
    [`https://drive.google.com/file/d/${ID}`, FILE],
    [`https://drive.google.com/file/u/1/d/${ID}/preview`, FILE],
    [`https://drive.google.com/a/example.org/file/d/${ID}/view`, FILE],
    [`https://drive.google.com/uc?export=download&id=${ID}`, FILE],
    [`https://drive.usercontent.google.com/download?id=${ID}&export=download`, FILE],
  ];
  for (const [link, address, resourceKey = null] of good) {
    it(`understands ${link.trim()}`, () => {
      const { kind, parsed } = registry.parse(link);
      assert.equal(kind, 'google_drive');
      assert.equal(parsed.address, address);
      const settings = parsed.settings as Record<string, unknown>;
      assert.equal(settings['resourceKey'], resourceKey);
      assert.deepEqual(registry.parse(parsed.address).parsed.address, address);
      // A stored import that goes on keeps the key, which its canonical address does not have.
      const again = registry.parse(parsed.address, 'google_drive', parsed.settings as never).parsed;
      assert.deepEqual(again, parsed);
      assert.deepEqual(JSON.parse(JSON.stringify(parsed)), parsed);
    });
  }

  const bad: readonly [link: string, says: RegExp][] = [
    ['https://drive.google.com/', /own Drive/],
    ['https://drive.google.com/drive/my-drive', /own Drive/],
    ['https://drive.google.com/drive/u/0/shared-with-me', /own Drive/],
    [`https://docs.google.com/document/d/${ID}/edit`, /document of an online editor/],
    [`https://docs.google.com/spreadsheets/d/${ID}/edit#gid=0`, /document of an online editor/],
    ['https://drive.google.com/drive/folders/', /names no folder/],
    ['https://drive.google.com/drive/folders/short', /names no folder/],
    [`https://drive.google.com/drive/folders/${'x'.repeat(200)}`, /names no folder/],
    [`https://drive.google.com/drive/folders/${ID}'%20or%20name%20contains%20'x`, /names no folder/],
    [`https://drive.google.com/drive/folders/${ID}%2f..%2f`, /names no folder/],
    [`https://drive.google.com/open?id=../../${ID}`, /names no folder/],
    [`https://drive.google.com/open?id=${ID}&id=1OtherOtherOther`, /more than once/],
    [`https://drive.google.com/open?ID=${ID}`, /names no folder/],
    [`${FOLDER}?resourcekey=a%0d%0ax-evil:1`, /resourcekey/],
    [`${FOLDER}?resourcekey=`, /resourcekey/],
    [`https://drive.google.com/drive/folders/${ID}\nhttp://x`, /control characters/],
    [`https://drive.google.com\\@evil.example/drive/folders/${ID}`, /backslash/],
    [`https://user:pw@drive.google.com/drive/folders/${ID}`, /give the credentials separately/],
    [`https://drive.google.com:8443/drive/folders/${ID}`, /not one of Google Drive/],
    [`https://drive.google.com.evil.example/drive/folders/${ID}`, /not one of Google Drive/],
    [`https://evil.example/drive.google.com/drive/folders/${ID}`, /not one of Google Drive/],
    [`https://drive.google.com./drive/folders/${ID}`, /not one of Google Drive/],
    [`ftp://drive.google.com/drive/folders/${ID}`, /http/],
    ['', /empty|no host/],
  ];
  for (const [link, says] of bad) {
    it(`refuses ${JSON.stringify(link.slice(0, 90))}`, () => {
      assert.throws(
        () => registry.parse(link, 'google_drive'),
        (error: unknown) =>
          error instanceof Failure &&
          error.type === 'bad_address' &&
          says.test(error.message) &&
          !/pw@|user:pw/.test(error.message),
      );
    });
  }

  it('leaves addresses of other hosts to other kinds', () => {
    for (const link of [
      `https://drive.google.com.evil.example/drive/folders/${ID}`,
      `https://evil.example/?https://drive.google.com/drive/folders/${ID}`,
      `https://notdrive.google.com/drive/folders/${ID}`,
    ]) {
      assert.equal(registry.get('google_drive').recognises(link), 'no', link);
    }
    for (const link of [
      FOLDER,
      'https://docs.google.com/x',
      'drive.google.com',
      'https://drive.google.com?id=x',
    ]) {
      assert.equal(registry.get('google_drive').recognises(link), 'specific', link);
    }
  });

  it('refuses settings that it does not know, and never takes the id from them', () => {
    const parse = (options: Record<string, never>) => registry.parse(FOLDER, 'google_drive', options);
    for (const options of [
      { maxDepth: -1 },
      { include: 'x' },
      { apiKey: 'x' },
      { acknowledge_abuse: 'yes' },
    ]) {
      assert.throws(
        () => parse(options as never),
        (error: unknown) => error instanceof Failure && error.type === 'bad_address',
      );
    }
    const { settings } = parse({
      id: '1OtherOtherOther',
      recursive: false,
      acknowledge_abuse: true,
    } as never).parsed;
    assert.deepEqual(settings, {
      id: ID,
      resourceKey: null,
      recursive: false,
      maxDepth: 10,
      include: [],
      exclude: [],
      acknowledge_abuse: true,
    });
  });
});

import assert from 'node:assert/strict';
import { Failure } from '../../../domain/failures.ts';
import createDropboxKind from '../../../sources/kinds/dropbox/kind.ts';
import { createSourceRegistry } from '../../../sources/registry.ts';
import { kindDeps } from '../kindDeps.ts';

describe('addresses of Dropbox', () => {
  const deps = kindDeps();
  const kind = createDropboxKind(deps);
  const registry = createSourceRegistry(deps);
  const badAddress = (error: unknown) => error instanceof Failure && error.type === 'bad_address';

  after(() => deps.client.close());

  it('gives every spelling of a link one address, which is the link with its key only', () => {
    const fo = 'https://www.dropbox.com/scl/fo/abc123/AAxy-z_9?rlkey=k3y';
    const rows: readonly [string, string][] = [
      ['https://www.dropbox.com/sh/abc123/AAkey?dl=0', 'https://www.dropbox.com/sh/abc123/AAkey'],
      ['http://dropbox.com/sh/abc123/AAkey/', 'https://www.dropbox.com/sh/abc123/AAkey'],
      [' HTTPS://WWW.Dropbox.com/sh/abc123/AAkey#x ', 'https://www.dropbox.com/sh/abc123/AAkey'],
      ['www.dropbox.com/sh/abc123/AAkey', 'https://www.dropbox.com/sh/abc123/AAkey'],
      [
        'https://www.dropbox.com/sh/abc/AAk/Sub%20one/%c3%a9?dl=1',
        'https://www.dropbox.com/sh/abc/AAk/Sub%20one/%C3%A9',
      ],
      [
        'https://www.dropbox.com/sh/abc/AAk/Sub%20one/é',
        'https://www.dropbox.com/sh/abc/AAk/Sub%20one/%C3%A9',
      ],
      ['https://www.dropbox.com/scl/fo/abc123/AAxy-z_9?rlkey=k3y&st=q1&e=1&dl=0', fo],
      ['https://www.dropbox.com/scl/fo/abc123/AAxy-z_9?dl=0&rlkey=k3y', fo],
      ['https://m.dropbox.com/scl/fo/abc123/AAxy-z_9?e=2&rlkey=k3y', fo],
      [
        'https://www.dropbox.com/scl/fo/abc123/h?rlkey=k3y&dl=0',
        'https://www.dropbox.com/scl/fo/abc123/h?rlkey=k3y',
      ],
      [
        'https://www.dropbox.com/scl/fo/abc123/h/DCIM/100%20%26%20co?rlkey=k3y',
        'https://www.dropbox.com/scl/fo/abc123/h/DCIM/100%20%26%20co?rlkey=k3y',
      ],
      ['https://www.dropbox.com/s/abc123/a%20b.jpg?dl=0', 'https://www.dropbox.com/s/abc123/a%20b.jpg'],
      [
        'https://www.dropbox.com/scl/fi/abc123/a.jpg?rlkey=k3y&dl=1',
        'https://www.dropbox.com/scl/fi/abc123/a.jpg?rlkey=k3y',
      ],
      [
        'https://dl.dropboxusercontent.com/scl/fi/abc123/a.jpg?rlkey=k3y&raw=1',
        'https://www.dropbox.com/scl/fi/abc123/a.jpg?rlkey=k3y',
      ],
      ['dropbox:/Photos/2021', 'dropbox:/Photos/2021'],
      ['Dropbox:Photos//2021/', 'dropbox:/Photos/2021'],
      ['dropbox:/100% "sure"?#1', 'dropbox:/100% "sure"?#1'],
      ['dropbox:/', 'dropbox:/'],
      ['dropbox:', 'dropbox:/'],
    ];
    for (const [input, address] of rows) {
      const found = registry.parse(input);
      assert.deepEqual([found.kind, found.parsed.address], ['dropbox', address], input);
      assert.deepEqual(kind.parse(address), found.parsed);
      assert.deepEqual(JSON.parse(JSON.stringify(found.parsed)), found.parsed);
    }
  });

  it('recognises what is Dropbox’s and says what to do when it cannot be used', () => {
    const rows: readonly [string, RegExp][] = [
      ['https://db.tt/abc', /shortened/],
      ['https://www.dropbox.com/home/Photos', /owner/],
      ['https://www.dropbox.com/', /Copy link/],
      ['https://www.dropbox.com/sh/abc', /Copy link/],
      ['https://www.dropbox.com/request/abc', /Copy link/],
      ['https://www.dropbox.com/scl/fo/abc/h?dl=0', /rlkey/],
      ['https://www.dropbox.com/scl/fo/abc/h?rlkey=', /rlkey/],
      ['https://www.dropbox.com/scl/fi/abc/a.jpg?rlkey=%22x', /rlkey/],
      ['https://www.dropbox.com/sh/a%2fb/AAk', /damaged/],
      ['https://www.dropbox.com/sh/abc/AAk/a%2fb', /not safe/],
      ['https://www.dropbox.com/sh/abc/AAk/a%0ab', /not safe/],
      ['https://www.dropbox.com/sh/abc/AAk/%ff', /cannot be read/],
      ['https://www.dropbox.com:8443/sh/abc/AAk', /not one of/],
      ['dropbox:/a/../b', /dropbox:\/Photos/],
      ['dropbox:/a\\b', /dropbox:\/Photos/],
      [`dropbox:/${'x'.repeat(5_000)}`, /dropbox:\/Photos/],
    ];
    for (const [input, message] of rows) {
      assert.equal(kind.recognises(input), 'specific', input);
      assert.throws(
        () => registry.parse(input),
        (error: unknown) => badAddress(error) && message.test((error as Failure).message),
        input,
      );
    }
    assert.throws(() => registry.parse('https://me:pw@www.dropbox.com/sh/abc/AAk', 'dropbox'), badAddress);
  });

  it('leaves alone what only looks like Dropbox', () => {
    for (const input of [
      'https://dropbox.com.example.com/sh/a/b',
      'https://notdropbox.com/sh/a/b',
      'https://example.com/www.dropbox.com/',
      '/srv/dropbox:/x',
      'dropbox',
    ]) {
      assert.equal(kind.recognises(input), 'no', input);
    }
    assert.throws(() => kind.parse('https://dropbox.com.example.com/sh/a/b'), badAddress);
  });

  it('takes the settings of a tree and no others', () => {
    const link = 'https://www.dropbox.com/sh/abc/AAk';
    const { settings } = kind.parse(link, { recursive: false, maxDepth: 3, include: ['*.jpg'] });
    assert.deepEqual(settings, {
      address: link,
      recursive: false,
      maxDepth: 3,
      include: ['*.jpg'],
      exclude: [],
    });
    // An import that goes on hands its stored settings in again.
    assert.deepEqual(kind.parse(link, settings as { recursive: boolean }).settings, settings);
    for (const wrong of [{ maxDepth: -1 }, { include: 'x' }, { token: 'x' }]) {
      assert.throws(() => kind.parse(link, wrong), badAddress);
    }
  });
});

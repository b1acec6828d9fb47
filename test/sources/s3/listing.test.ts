import assert from 'node:assert/strict';
import createS3Kind from '../../../sources/kinds/s3/kind.ts';
import type { Json, SourceItem } from '../../../sources/source.ts';
import { assertFailure, readAll } from '../contract.ts';
import { kindDeps, visitor } from '../kindDeps.ts';
import { type RawServer, response, startRawServer } from '../rawServer.ts';

const signal = () => new AbortController().signal;
const give = { type: 's3', access_key: 'AKID', secret_key: 's3cr3t-key', session_token: 's3cr3t-token' };

const entry = (key: string, rest = '<Size>5</Size><ETag>&quot;e1&quot;</ETag>') =>
  `<Contents><Key>${key}</Key><LastModified>2021-05-31T08:25:38.000Z</LastModified>${rest}</Contents>`;
const page = (body: string, token = '') =>
  '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
  `${body}<IsTruncated>${token !== ''}</IsTruncated>` +
  `${token === '' ? '' : `<NextContinuationToken>${token}</NextContinuationToken>`}</ListBucketResult>`;

describe('listings of S3 buckets', () => {
  let server: RawServer;
  const deps = kindDeps();
  const kind = createS3Kind(deps);
  const open = (below = '', options: { [name: string]: Json } = {}, credentials: unknown = give) =>
    kind.open(
      kind.parse(`s3+http://127.0.0.1:${server.port}/photos/${below}`, options),
      visitor(credentials),
    );
  const answer = (body: string, status = 200, headers: Record<string, string> = {}) =>
    server.answer((socket) => socket.write(response(status, headers, body)));
  const listed = async (body: string, below = ''): Promise<SourceItem[]> => {
    answer(body);
    return (await open(below).list(null, signal())).items;
  };

  before(async () => {
    server = await startRawServer();
  });
  beforeEach(() => {
    server.requests.length = 0;
  });
  after(async () => {
    await deps.client.close();
    await server.close();
  });

  it('takes keys for what they are, and names for what is safe to show', async () => {
    const keys: readonly [string, string, string | undefined, string][] = [
      // key as escaped by the service, id, skip, name
      ['in/a+b%2Bc%25.jpg', 'a b+c%.jpg', undefined, 'a b+c%.jpg'],
      ['in/a%20b%C3%A9.jpg', 'a bé.jpg', undefined, 'a bé.jpg'],
      ['in//x.jpg', '/x.jpg', undefined, 'x.jpg'],
      ['in/x//y%25.jpg', 'x//y%25.jpg', undefined, 'y%.jpg'],
      ['in/x/new%0Aline.jpg', 'x//new%0Aline.jpg', 'bad_name', 'new%0Aline.jpg'],
      // Not the same id as the one before.
      ['in/x//new%250Aline.jpg', 'x//new%250Aline.jpg', undefined, 'new%0Aline.jpg'],
      ['in/..%2F..%2Fetc/passwd', '//..%2F..%2Fetc%2Fpasswd', 'bad_name', '..%2F..%2Fetc%2Fpasswd'],
      ['in/a/./b.jpg', 'a//.%2Fb.jpg', 'bad_name', '.%2Fb.jpg'],
      ['in/a%5Cb.jpg', '//a%5Cb.jpg', 'bad_name', 'a%5Cb.jpg'],
      ['in/%1B%5B31m.jpg', '//%1B[31m.jpg', 'bad_name', '%1B[31m.jpg'],
      ['in/full/', 'full//%2F', 'bad_name', '%2F'],
      ['in/notes.txt', 'notes.txt', 'not_an_image', 'notes.txt'],
    ];
    const items = await listed(
      page(`<EncodingType>url</EncodingType>${keys.map(([key]) => entry(key)).join('')}`),
      'in/',
    );
    assert.deepEqual(
      items.map((item) => [item.externalId, item.skip, item.name]),
      keys.map(([, id, skip, name]) => [id, skip, name]),
    );
    assert.equal(new Set(items.map((item) => item.externalId)).size, items.length);
    for (const item of items) if (item.skip === 'bad_name') assert.equal(item.locator, null);
    assert.equal(items[3]?.locator, 'in/x//y%.jpg');
    const query = new URL(server.requests[0]?.path ?? '', server.url).searchParams;
    assert.deepEqual(Object.fromEntries(query), {
      'encoding-type': 'url',
      'list-type': '2',
      'max-keys': '1000',
      prefix: 'in/',
    });
  });

  it('reads sizes, times, tags and classes, and promises no MD5 of a tag', async () => {
    const md5 = '5d41402abc4b2a76b9719d911017c592';
    const items = await listed(
      page(
        [
          entry('in/', '<Size>0</Size>'),
          entry('in/folder/', '<Size>0</Size>'),
          entry('in/a.jpg', `<ETag>"${md5}"</ETag><Size>7</Size><StorageClass>STANDARD</StorageClass>`),
          entry('in/b.jpg', '<Size>8</Size><Owner><ID>x</ID><DisplayName>Size</DisplayName></Owner>'),
          entry(
            'in/c.jpg',
            '<ETag>W/&#34;t-3&#34;</ETag><Size>9</Size><StorageClass>DEEP_ARCHIVE</StorageClass>',
          ),
          entry('in/d.jpg', '<Size>10</Size><StorageClass>GLACIER</StorageClass>'),
          entry('in/e.jpg', '<Size>11</Size><StorageClass>GLACIER_IR</StorageClass>'),
        ].join(''),
      ),
      'in/',
    );
    assert.deepEqual(
      items.map(({ name, size, sizeExact, version, skip, hashes }) => [
        name,
        size,
        sizeExact,
        version,
        skip,
        hashes,
      ]),
      [
        ['a.jpg', 7, true, `${md5}/7`, undefined, undefined],
        ['b.jpg', 8, true, '8@2021-05-31T08:25:38.000Z', undefined, undefined],
        ['c.jpg', 9, true, 't-3/9', 'not_downloadable', undefined],
        ['d.jpg', 10, true, '10@2021-05-31T08:25:38.000Z', 'not_downloadable', undefined],
        ['e.jpg', 11, true, '11@2021-05-31T08:25:38.000Z', undefined, undefined],
      ],
    );
  });

  it('asks for one level where one is wanted, and leaves deeper and excluded folders out', async () => {
    const keys = ['a.jpg', 'x/b.jpg', 'x/y/c.jpg', 'thumbs/d.jpg', 'x/thumbs/e.jpg', 'x/y/z/f.jpg'];
    answer(page(keys.map((key) => entry(key)).join('')));
    const ids = async (options: { [name: string]: Json }) =>
      (await readAll(() => open('', options))).items.map((item) => item.externalId);
    assert.deepEqual(await ids({}), keys);
    assert.deepEqual(await ids({ maxDepth: 1 }), ['a.jpg', 'x/b.jpg', 'thumbs/d.jpg']);
    assert.deepEqual(await ids({ exclude: ['thumbs'] }), ['a.jpg', 'x/b.jpg', 'x/y/c.jpg', 'x/y/z/f.jpg']);
    assert.deepEqual(await ids({ include: ['x/**'], exclude: ['x/y'] }), ['x/b.jpg', 'x/thumbs/e.jpg']);
    server.requests.length = 0;
    assert.deepEqual(await ids({ recursive: false }), ['a.jpg']);
    assert.match(server.requests[0]?.path ?? '', /delimiter=%2F/);
  });

  it('notices a listing that goes round in circles, whatever their length', async () => {
    let asked = 0;
    server.answer((socket) => {
      asked++;
      // Three steps in, then for ever through five tokens; nothing on any page is wanted.
      const token = asked <= 3 ? `in${asked}` : `round${asked % 5}`;
      socket.write(response(200, {}, page(entry('x.txt'), token)));
    });
    const source = open('', { include: ['*.jpg'] });
    await assertFailure(source.list(null, signal()), 'bad_response');
    assert.ok(asked < 40, `${asked} requests`);
    // The same where each page comes from a source of its own.
    asked = 0;
    await assertFailure(
      readAll(() => open()),
      'bad_response',
    );
    assert.ok(asked < 40, `${asked} requests`);
  });

  it('refuses what is no listing, and what was not asked for', async () => {
    const deep = `${'<a>'.repeat(50)}${'</a>'.repeat(50)}`;
    const many = Array.from({ length: 1_001 }, (_, i) => entry(`k${i}`)).join('');
    const rows: readonly [string, string][] = [
      ['', 'bad_response'],
      ['<html><body>hello</body></html>', 'bad_response'],
      ['{"Contents":[]}', 'bad_response'],
      [page(entry('a.jpg')).slice(0, -30), 'bad_response'],
      [`${page('')}<more/>`, 'bad_response'],
      [page(entry('a.jpg', '')), 'bad_response'],
      [page(entry('a.jpg', '<Size>-1</Size>')), 'bad_response'],
      [page(entry('a.jpg', '<Size>1e3</Size>')), 'bad_response'],
      [page(entry('')), 'bad_response'],
      [page(many), 'bad_response'],
      [page(`<EncodingType>url</EncodingType>${entry('a%FF.jpg')}`), 'bad_response'],
      [page(entry('a.jpg')).replace('>false<', '>true<'), 'bad_response'],
      [page(entry('a.jpg'), 'x'.repeat(9_000)), 'bad_response'],
      [`<!DOCTYPE x [<!ENTITY a "aaaa">]>${page(entry('&a;.jpg'))}`, 'bad_response'],
      [page(deep), 'listing_too_large'],
      [page(entry('x'.repeat(20_000))), 'listing_too_large'],
      [page(`<${'x'.repeat(20_000)}/>`), 'listing_too_large'],
    ];
    for (const [body, type] of rows) {
      answer(body);
      const failure = await assertFailure(open().list(null, signal()), type as 'bad_response');
      assert.doesNotMatch(failure.message, /aaaa|xxxx|hello/);
    }
    answer(page(entry('other/a.jpg')));
    await assertFailure(open('in/').list(null, signal()), 'bad_response');
    answer(page(''));
    await assertFailure(open('in/').list(null, signal()), 'source_not_found');
    assert.deepEqual(await open().list(null, signal()), { items: [], next: null });
  });

  it('stops reading 200 MB of XML early', async () => {
    const filler = `<Name>${'x'.repeat(10_000)}</Name>`.repeat(100);
    server.answer((socket) => {
      socket.write(response(200, { 'Content-Length': '200000000' }, '<ListBucketResult>'));
      const more = () => {
        while (!socket.destroyed && socket.write(filler));
        if (!socket.destroyed) socket.once('drain', more);
      };
      more();
    });
    await assertFailure(open().list(null, signal()), 'listing_too_large');
  });

  it('signs what it asks for, and leaves that away for a public bucket', async () => {
    answer(page(entry('a.jpg'), 'next/t+='));
    const { next } = await open('', { region: 'eu-north-1' }).list(null, signal());
    assert.doesNotMatch(JSON.stringify(next), /s3cr3t|AKID/);
    const [signed] = server.requests;
    assert.match(
      signed?.headers['authorization'] ?? '',
      /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-north-1\/s3\/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}$/,
    );
    assert.equal(signed?.headers['x-amz-security-token'], 's3cr3t-token');
    answer(page(''));
    await open('', {}, null).list(next, signal());
    const anonymous = server.requests[1];
    assert.ok(anonymous && !('authorization' in anonymous.headers));
    assert.match(anonymous.path, /continuation-token=next%2Ft%2B%3D&/);
  });
});

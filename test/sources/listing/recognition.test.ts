import assert from 'node:assert/strict';
import { failureOf, index, parse } from './pages.ts';

const EMPTY: readonly [string, string, string?][] = [
  [
    'nginx',
    '<html>\r\n<head><title>Index of /cam1/</title></head>\r\n<body>\r\n<h1>Index of /cam1/</h1><hr><pre><a href="../">../</a>\r\n</pre><hr></body>\r\n</html>',
  ],
  ['nginx json', '[\r\n]\r\n', 'application/json'],
  ['nginx xml', '<?xml version="1.0"?>\r\n<list>\r\n</list>\r\n', 'text/xml'],
  [
    'Apache',
    '<!DOCTYPE HTML><html><head><title>Index of /cam1</title></head><body><h1>Index of /cam1</h1><ul><li><a href="/"> Parent Directory</a></li></ul></body></html>',
  ],
  [
    'lighttpd',
    '<html><head><title>Index of /cam1/</title></head><body><h2>Index of /cam1/</h2><table summary="Directory Listing"></table></body></html>',
  ],
  [
    'Caddy',
    '<html><head><title>cam1</title></head><body><main><table aria-describedby="summary"><tbody><tr><td><a href="..">Go up</a></td></tr></tbody></table></main></body></html>',
  ],
  ['Caddy json', '[]', 'application/json; charset=utf-8'],
  ['Caddy json, other', '{"items":[]}', 'application/json'],
  [
    'Python',
    '<!DOCTYPE HTML><html lang="en"><head><title>Directory listing for /cam1/</title></head><body><h1>Directory listing for /cam1/</h1><hr><ul>\n</ul><hr></body></html>',
  ],
  [
    'IIS',
    '<html><head><title>h - /cam1/</title></head><body><H1>h - /cam1/</H1><hr><pre><A HREF="/">[To Parent Directory]</A><br><br></pre><hr></body></html>',
  ],
  ['Go', '<!doctype html>\n<meta name="viewport" content="width=device-width">\n<pre>\n</pre>\n'],
];

const NOT: readonly [string, string, string?][] = [
  ['nothing', ''],
  ['blanks', ' \n '],
  [
    'a login form',
    '<html><title>Sign in</title><form><input name="user"><input type="password"></form><a href="forgot">Forgot?</a></html>',
  ],
  ['a login form in disguise', '<title>Index of /</title><input type="PASSWORD"><a href="a.jpg">a.jpg</a>'],
  [
    'an error page',
    '<html><title>502 Bad Gateway</title><center><h1>502 Bad Gateway</h1></center><hr>nginx</html>',
  ],
  [
    'a refusal',
    '<title>Directory Listing Denied</title><h1>Directory Listing Denied</h1>This Virtual Directory does not allow contents to be listed.',
  ],
  ['a blank page', '<html><head></head><body></body></html>'],
  [
    'nginx welcome',
    '<html><head><title>Welcome to nginx!</title></head><body><h1>Welcome to nginx!</h1><p><a href="http://nginx.org/">nginx.org</a></p></body></html>',
  ],
  [
    'a home page',
    '<title>My cameras</title><h1>Cameras</h1><p>Hello</p><a href="gallery">Gallery</a> <a href="about">About us</a> <a href="cam.html">Live</a>',
  ],
  ['an application', '<html><title>Photos</title><div id="root"></div><script src="app.js"></script></html>'],
  ['a picture in a page', '<html><img src="x.jpg"></html>'],
  ['source code in pre', '<pre>int main() { return 0; }</pre>'],
  ['text', 'hello', 'text/plain'],
  ['a picture', '\xff\xd8\xff\xe0', 'image/jpeg'],
  ['bytes', 'x', 'application/octet-stream'],
  ['a PDF', '%PDF-1.7', 'application/pdf'],
  ['RSS', '<?xml version="1.0"?><rss><channel></channel></rss>', 'application/xml'],
  [
    'S3',
    '<?xml version="1.0"?><ListBucketResult><Contents></Contents></ListBucketResult>',
    'application/xml',
  ],
  ['an error object', '{"error":"not found"}', 'application/json'],
  ['null', 'null', 'application/json'],
  ['numbers', '[1,2,3]', 'application/json'],
  ['texts', '["a.jpg"]', 'application/json'],
  ['lists', '[["a.jpg"]]', 'application/json'],
  ['other objects', '[{"id":1,"title":"x"}]', 'application/json'],
  ['names without a type', '[{"name":"x"}]', 'application/json'],
];

describe('what counts as a listing', () => {
  it(`knows ${EMPTY.length} of ${EMPTY.length} empty directories`, async () => {
    for (const [name, page, type] of EMPTY) assert.deepEqual((await parse(page, type)).entries, [], name);
  });

  it(`knows ${NOT.length} of ${NOT.length} pages that are none`, async () => {
    for (const [name, page, type] of NOT)
      assert.equal(await failureOf(parse(page, type)), 'not_a_listing', name);
  });

  it('says what is wrong with the address of a picture', async () => {
    await assert.rejects(parse('x', 'image/jpeg'), /single image/);
  });

  it('takes any page that lists files by their names', async () => {
    const go = '<pre>\n<a href="a%20b.jpg">a b.jpg</a>\n<a href="sub/">sub/</a>\n</pre>';
    const own =
      '<title>Bilder</title><ul><li><a href="a%20b.jpg">a b.jpg</a><li><a href="sub/">sub</a></ul><a href="/">Home</a>';
    const cut = '<table><tr><td><a href="a%20b.jpg">a b...</a><tr><td><a href="sub/">sub/</a></table>';
    for (const page of [go, own, cut])
      assert.deepEqual(
        (await parse(page)).entries.map((entry) => entry.name),
        ['a b.jpg', 'sub'],
      );
  });

  it('reads IIS, whose facts stand in front of the name', async () => {
    const page = `<html><head><title>h - /cam1/</title></head><body><H1>h - /cam1/</H1><hr>
<pre><A HREF="/">[To Parent Directory]</A><br><br> 6/12/2014  3:25 AM        &lt;dir&gt; <A HREF="/cam1/sub/">sub</A><br>12/31/2021 12:05 PM       123456 <A HREF="/cam1/a%20b.jpg">a b.jpg</A><br>31/12/2021 12:05 PM            0 <A HREF="/cam1/c.jpg">c.jpg</A><br></pre><hr></body></html>`;
    const { entries } = await parse(page);
    assert.deepEqual(
      entries.map(({ name, kind, size, sizeExact, modifiedAt }) => [
        name,
        kind,
        size,
        sizeExact,
        modifiedAt?.toISOString(),
      ]),
      [
        ['sub', 'directory', null, false, '2014-06-12T03:25:00.000Z'],
        ['a b.jpg', 'file', 123456, true, '2021-12-31T12:05:00.000Z'],
        ['c.jpg', 'file', 0, true, undefined],
      ],
    );
  });

  it('takes nothing for a size or time that is not written as its servers write it', async () => {
    const tails = [
      '1234',
      '99-Foo-2021 08:25 12',
      '31-May-2021 08:25 12x',
      '2021-13-45 99:99 12',
      '30-Feb-2021 08:25 -',
      '2021-05-31 08:25 9999999999999999999',
      'x 2021-05-31 08:25 12',
      '1e9',
      '2021-05-31 08:25 -5',
    ];
    for (const tail of tails) {
      const { entries } = await parse(index(`<a href="x.jpg">x.jpg</a> ${tail}\n`));
      assert.ok(entries[0]?.modifiedAt === null || entries[0]?.sizeExact === false, tail);
    }
    const [entry] = (
      await parse(index('<a href="x.jpg">x.jpg</a> 31-May-2021 08:25 5.1M a description 2020-01-01\n'))
    ).entries;
    assert.deepEqual([entry?.size, entry?.sizeExact], [Math.round(5.1 * 1024 ** 2), false]);
  });

  it('reads a page in any charset without falling over', async () => {
    const page = index('<a href="x.jpg">x.jpg</a>');
    assert.equal((await parse(`\ufeff${page}`)).entries.length, 1);
    assert.equal(
      (await parse(Buffer.from(page.replace('>x.jpg', '>\xe9\xff.jpg'), 'latin1'))).entries.length,
      1,
    );
    assert.equal((await parse(page, 'text/html; charset=utf-7')).entries.length, 1);
    assert.equal(await failureOf(parse(Buffer.from(page, 'utf16le'))), 'not_a_listing');
  });
});

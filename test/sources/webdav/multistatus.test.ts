import assert from 'node:assert/strict';
import { Failure } from '../../../domain/failures.ts';
import { createMultistatusReader } from '../../../sources/kinds/webdav/multistatus.ts';

const FOLDER = new URL('https://host/dav/my%20photos/');

const response = (href: string, props = '<d:resourcetype/>', status = 'HTTP/1.1 200 OK') =>
  `<d:response><d:href>${href}</d:href><d:propstat><d:prop>${props}</d:prop><d:status>${status}</d:status></d:propstat></d:response>`;
const COLLECTION = '<d:resourcetype><d:collection/></d:resourcetype>';
const OWN = response('/dav/my%20photos/', COLLECTION);
const multistatus = (body: string) =>
  `<?xml version="1.0"?><d:multistatus xmlns:d="DAV:">${OWN}${body}</d:multistatus>`;

function read(text: string | Buffer, pieces = 7) {
  const reader = createMultistatusReader(FOLDER);
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += pieces) reader.write(bytes.subarray(at, at + pieces));
  return reader.end();
}

describe('what WebDAV servers list', () => {
  it('takes what is directly below the collection, however its address is written', () => {
    const rows: readonly [string, string][] = [
      ['/dav/my%20photos/a.jpg', 'a.jpg'],
      ['/dav/my photos/b c.jpg', 'b c.jpg'],
      ['https://host/dav/my%20photos/d.jpg', 'd.jpg'],
      // A server that does not know its own name, behind a proxy that speaks TLS for it.
      ['http://10.0.0.7:8080/dav/my%20photos/e.jpg', 'e.jpg'],
      ['\n  /dav/my%20photos/f.jpg\n ', 'f.jpg'],
      ['/d%61v/my%20photos/g.jpg', 'g.jpg'],
      ['h.jpg', 'h.jpg'],
      ['/dav/my%20photos/%C3%A9%2B%26+&amp;.jpg', 'é+&+&.jpg'],
      ['/dav/my%20photos/é&#x1F600;.jpg', 'é😀.jpg'],
      ['<![CDATA[/dav/my%20photos/i<.jpg]]>', 'i<.jpg'],
      ['/dav/my%20photos/100%2525.jpg', '100%25.jpg'],
    ];
    const found = read(multistatus(rows.map(([href]) => response(href)).join('')));
    assert.deepEqual(
      found.entries.map(({ name }) => name),
      rows.map(([, name]) => name),
    );
    for (const { url, skip } of found.entries) {
      assert.equal(skip, undefined);
      assert.ok(url.startsWith('https://host/dav/my%20photos/'), url);
    }
    assert.equal(found.partial, false);
  });

  it('follows nothing else, and says that the listing is not all', () => {
    for (const href of [
      '/dav/other/a.jpg',
      '/dav/a.jpg',
      '/dav/my%20photos/x/y.jpg',
      '/dav/my%20photos/../a.jpg',
      '/dav/my%20photos/a.jpg?x',
      '/dav/my%20photos/a.jpg#x',
      '//evil.example/dav/my%20photos/a.jpg',
      'javascript:alert(1)',
      '',
    ]) {
      const found = read(multistatus(response(href)));
      assert.deepEqual([found.entries, found.partial], [[], true], href);
    }
    for (const href of [
      '/dav/my%20photos/a%2Fb.jpg',
      '/dav/my%20photos/..%2Fb.jpg',
      '/dav/my%20photos/a%0Ab.jpg',
    ]) {
      const { entries } = read(multistatus(response(href)));
      assert.deepEqual(
        entries.map(({ skip }) => skip),
        ['bad_name'],
        href,
      );
    }
  });

  it('reads what is known of a file, from the properties that were found', () => {
    const text = `<?xml version="1.0" encoding="utf-8"?>
      <D:multistatus xmlns:D="DAV:" xmlns:ns0="DAV:">
        <D:response xmlns:lp1="DAV:"><D:href>/dav/my%20photos</D:href>
          <D:propstat><D:prop><lp1:resourcetype><D:collection/></lp1:resourcetype></D:prop>
          <D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>
        <D:response><D:href>/dav/my%20photos/1e5</D:href>
          <D:propstat><D:prop><lp1:resourcetype/><lp1:getcontentlength>0123</lp1:getcontentlength>
            <lp1:getetag>W/"1e5"</lp1:getetag>
            <lp1:getlastmodified>Mon, 31 May 2021 08:25:38 GMT</lp1:getlastmodified>
            <oc:checksums xmlns:oc="http://owncloud.org/ns"><oc:checksum>SHA1:${'a'.repeat(40)} MD5:${'B'.repeat(32)} ADLER32:1</oc:checksum></oc:checksums>
          </D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat>
          <D:propstat><D:prop><D:getcontentlength>999</D:getcontentlength></D:prop><D:status>HTTP/1.1 404 Not Found</D:status></D:propstat>
        </D:response>
        <D:response><D:href>/dav/my%20photos/sub</D:href><D:propstat><D:prop>
          <resourcetype xmlns="DAV:"><collection/></resourcetype></D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>
        <D:response><D:href>/dav/my%20photos/odd/</D:href><D:propstat><D:prop>
          <D:resourcetype/><D:getcontentlength>-5</D:getcontentlength><D:getlastmodified>once</D:getlastmodified></D:prop></D:propstat></D:response>
        <D:response><D:href>/dav/my%20photos/gone</D:href><D:status>HTTP/1.1 404 Not Found</D:status></D:response>
      </D:multistatus>`;
    assert.deepEqual(read(text, 1), {
      entries: [
        {
          name: '1e5',
          url: 'https://host/dav/my%20photos/1e5',
          kind: 'file',
          size: 123,
          modifiedAt: new Date('2021-05-31T08:25:38Z'),
          etag: '1e5',
          hashes: { md5: 'b'.repeat(32) },
        },
        {
          name: 'sub',
          url: 'https://host/dav/my%20photos/sub/',
          kind: 'directory',
          size: null,
          modifiedAt: null,
          etag: '',
          hashes: {},
        },
        {
          name: 'odd',
          url: 'https://host/dav/my%20photos/odd',
          kind: 'file',
          size: null,
          modifiedAt: null,
          etag: '',
          hashes: {},
        },
      ],
      partial: false,
    });
  });

  it('says so when the server shows only some of it', () => {
    const cut =
      '<d:response><d:href>/dav/my%20photos/</d:href><d:status>HTTP/1.1 507 X</d:status></d:response>';
    assert.equal(read(multistatus(cut)).partial, true);
    const denied =
      '<d:response><d:href>/dav/my%20photos/x/</d:href><d:status>HTTP/1.1 403 X</d:status></d:response>';
    assert.equal(read(multistatus(denied)).partial, true);
    assert.equal(read(multistatus('')).partial, false);
  });

  it('refuses attacks and garbage with their reason, and soon', () => {
    const laughs = Array.from({ length: 10 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join(
      '',
    );
    const rows: readonly [string, string][] = [
      ['', 'bad_response'],
      ['hello', 'bad_response'],
      ['<html><body/></html>', 'bad_response'],
      [multistatus('').slice(0, -10), 'bad_response'],
      [`<!DOCTYPE m [<!ENTITY l0 "ha">${laughs}]>${multistatus(response('&l10;'))}`, 'bad_response'],
      ['<!DOCTYPE m SYSTEM "file:///etc/passwd"><m/>', 'bad_response'],
      [multistatus(`${'<x>'.repeat(100_000)}`), 'listing_too_large'],
      [multistatus(response('x'.repeat(100_000))), 'listing_too_large'],
      [multistatus(response('a.jpg', `<d:getetag>${'x'.repeat(100_000)}</d:getetag>`)), 'listing_too_large'],
      [multistatus(response(`${'x/'.repeat(40_000)}`)), 'listing_too_large'],
      [
        multistatus(
          Array.from({ length: 100_001 }, (_, i) => `<response><href>${i}</href></response>`).join(''),
        ),
        'listing_too_large',
      ],
      [multistatus('').replace(COLLECTION, '<d:resourcetype/>'), 'not_a_listing'],
    ];
    for (const [text, type] of rows) {
      assert.throws(
        () => read(text, 64 * 1024),
        (error: unknown) => {
          assert.ok(
            error instanceof Failure && error.type === type,
            `${inspectType(error)} for ${text.slice(0, 60)}`,
          );
          assert.doesNotMatch(error.message, /passwd|hello|xxxx/);
          return true;
        },
      );
    }
    // Entities that nobody declared stay what they are.
    assert.equal(read(multistatus(response('/dav/my%20photos/&xxe;.jpg'))).entries[0]?.name, '&xxe;.jpg');
    const reader = createMultistatusReader(FOLDER);
    const piece = Buffer.alloc(1024 * 1024, ' ');
    reader.write(Buffer.from('<multistatus>'));
    assert.throws(() => {
      for (let i = 0; i < 200; i++) reader.write(piece);
    }, /too l/);
  });
});

const inspectType = (error: unknown) => (error instanceof Failure ? error.type : String(error));

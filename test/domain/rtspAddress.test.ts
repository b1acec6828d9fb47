import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Failure } from '../../domain/failures.ts';
import { parseRtspAddress, withoutCredentials } from '../../domain/rtspAddress.ts';

const REFUSED: readonly [string, RegExp][] = [
  ['', /empty/],
  ['  ', /empty/],
  ['camera.example/live', /rtsp:\/\//],
  ['-i rtsp://h/', /blanks/],
  ['-rtsp://h/', /rtsp:\/\//],
  ['http://h/x.m3u8', /rtsp:\/\//],
  ['file:///etc/passwd', /rtsp:\/\//],
  ['concat:a|b', /rtsp:\/\//],
  ['subfile,,start,0,end,1,,:/etc/hostname', /rtsp:\/\//],
  ['data:text/plain,x', /rtsp:\/\//],
  ['pipe:0', /rtsp:\/\//],
  ['unix:/run/x.sock', /rtsp:\/\//],
  ['async:rtsp://h/', /rtsp:\/\//],
  ['cache:rtsp://h/', /rtsp:\/\//],
  ['rtspu://h/', /rtsp:\/\//],
  ['rtsp:h', /rtsp:\/\//],
  ['rtsp:/h/', /rtsp:\/\//],
  ['rtsp:///live', /host name/],
  ['rtsp://', /host name/],
  ['rtsp://?x', /host name/],
  ['rtsp://evil\\@127.0.0.1/', /backslash/],
  ['rtsp:\\\\h\\x', /backslash/],
  ['rtsp://a@b@127.0.0.1/', /%40/],
  ['rtsp://h/a b', /blanks/],
  ['rtsp://h/\u00a0b', /blanks/],
  ['rtsp://h\n/', /control/],
  ['rtsp://h/\r\nCSeq: 1', /control/],
  ['rtsp://h/\u0000', /control/],
  ['rtsp://h/a%00b', /escapes/],
  ['rtsp://h/a%0d%0aCSeq: 1', /blanks/],
  ['rtsp://h/a%0d%0aCSeq', /escapes/],
  ['rtsp://h/a%zz', /escapes/],
  ['rtsp://h/a%', /escapes/],
  ['rtsp://h/"x"', /escapes/],
  ['rtsp://h/<x>', /escapes/],
  ['rtsp://h/ü', /escapes/],
  ['rtsp://h/x#timeout=30', /%23/],
  ['rtsp://-h/', /host name/],
  ['rtsp://.h/', /host name/],
  ['rtsp://%31%32%37.0.0.1/', /host name/],
  ['rtsp://127.0.0.1%00.example.com/', /host name/],
  ['rtsp://h$(id)/', /host name/],
  ['rtsp://[::1/', /host name/],
  ['rtsp://[::1%25lo]/', /host name/],
  ['rtsp://1.2.3.4.5/', /host name/],
  ['rtsp://256.1.1.1/', /host name/],
  ['rtsp://h:-1/', /host name/],
  ['rtsp://h:8a/', /host name/],
  ['rtsp://h:554:554/', /host name/],
  ['rtsp://h:0/', /between 1 and 65535/],
  ['rtsp://h:65536/', /between 1 and 65535/],
  ['rtsp://h:22/', /port/],
  ['rtsp://h:80/', /port/],
  ['rtsp://h:443/', /port/],
  ['rtsp://h:1023/', /port/],
  // What the C library takes for 127.0.0.1, and WHATWG leaves alone outside of http.
  ['rtsp://2130706433/', /four numbers/],
  ['rtsp://0x7f000001/', /four numbers/],
  ['rtsp://0x7f.1/', /four numbers/],
  ['rtsp://0177.1/', /four numbers/],
  ['rtsp://0177.0.0.1/', /four numbers/],
  ['rtsp://127.1/', /four numbers/],
  ['rtsp://0/', /four numbers/],
  ['rtsp://127.0.0.1./', /four numbers/],
  ['rtsp://１２７.0.0.1/', /four numbers/],
  ['rtsp://①②⑦.⓪.⓪.①/', /host name/],
  ['rtsp://127。0。0。1/', /host name/],
  ['rtsp://@h/', /user name/],
  ['rtsp://:secret@h/', /user name/],
  ['rtsp://u:%0d%0aX@h/', /control/],
  ['rtsp://u:%00@h/', /control/],
  ['rtsp://u:100%@h/', /%25/],
  ['rtsp://u:%ff@h/', /%25/],
  [`rtsp://h/${'x'.repeat(8_192)}`, /longer/],
];

const READ: readonly [string, string, [string, string] | null][] = [
  ['rtsp://h', 'rtsp://h/', null],
  [' RTSP://Camera.Example:554/Live ', 'rtsp://camera.example/Live', null],
  ['rtsp://h:8554/x', 'rtsp://h:8554/x', null],
  ['rtsps://h/x', 'rtsps://h/x', null],
  ['rtsps://h:322/x', 'rtsps://h/x', null],
  ['rtsp://192.0.2.7/', 'rtsp://192.0.2.7/', null],
  ['rtsp://[2001:DB8:0::1]:1554/', 'rtsp://[2001:db8::1]:1554/', null],
  ['rtsp://bücher.example/', 'rtsp://xn--bcher-kva.example/', null],
  ['rtsp://h?channel=1', 'rtsp://h/?channel=1', null],
  ['rtsp://h/cam/realmonitor?channel=1&subtype=0', 'rtsp://h/cam/realmonitor?channel=1&subtype=0', null],
  // A path is the camera's own business: nothing in it is tidied up.
  ['rtsp://h/a/../b//c', 'rtsp://h/a/../b//c', null],
  ['rtsp://admin:s3cr3t@h/', 'rtsp://h/', ['admin', 's3cr3t']],
  ['rtsp://admin@h/', 'rtsp://h/', ['admin', '']],
  ['rtsp://admin:a:b@h/', 'rtsp://h/', ['admin', 'a:b']],
  ['rtsp://admin:p%2540@h/', 'rtsp://h/', ['admin', 'p%40']],
  ['rtsp://us%C3%A9r:p%C3%A4ss@h/', 'rtsp://h/', ['usér', 'päss']],
];

describe('address of a camera', () => {
  for (const [input, expected] of REFUSED) {
    it(`refuses ${JSON.stringify(input.slice(0, 60))}`, () => {
      assert.throws(
        () => parseRtspAddress(input),
        (error) => {
          assert.ok(error instanceof Failure);
          assert.equal(error.type, 'bad_address');
          assert.match(error.message, expected);
          return true;
        },
      );
    });
  }

  for (const [input, href, credentials] of READ) {
    it(`reads ${input.trim()}`, () => {
      const found = parseRtspAddress(input);
      assert.equal(found.address.href, href);
      assert.deepEqual(
        found.credentials && [found.credentials.username, found.credentials.password],
        credentials,
      );
    });
  }

  it('takes passwords with any characters, as escapes', () => {
    const password = '`~!@#$%^&*()-_;\',.<>:"\\{}[]@ ';
    const { address, credentials } = parseRtspAddress(`rtsp://admin:${encodeURIComponent(password)}@h/x`);
    assert.deepEqual(credentials, { username: 'admin', password });
    assert.equal(address.href, 'rtsp://h/x');
    const printable = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' });
    fc.assert(
      fc.property(printable, printable, (username, secret) => {
        fc.pre([...username, ...secret].every((char) => char >= ' ' && char !== '\u007f'));
        const text = `rtsp://${encodeURIComponent(username)}:${encodeURIComponent(secret)}@h/x`;
        fc.pre(Buffer.byteLength(text) <= 2_048);
        assert.deepEqual(parseRtspAddress(text).credentials, { username, password: secret });
      }),
    );
  });

  it('has one spelling for each address, and reads that as itself', () => {
    for (const [input] of READ) {
      const { href } = parseRtspAddress(input).address;
      assert.equal(parseRtspAddress(href).address.href, href);
    }
  });

  it('never lets a text through that a URL parser reads as another host', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'a1.:@/\\?#%[]-0x7f ①。'), maxLength: 30 }),
        (tail) => {
          let host: string;
          try {
            host = parseRtspAddress(`rtsp://${tail}`).address.host;
          } catch (error) {
            assert.ok(error instanceof Failure);
            return;
          }
          assert.equal(new URL(`http://${tail}`).hostname, host);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('never repeats what it was given', () => {
    for (const input of ['rtsp://admin:hunter2@h h/', 'rtsp://admin:hunter2@h:22/', 'x://admin:hunter2@h/']) {
      assert.throws(
        () => parseRtspAddress(input),
        (error: Error) => !error.message.includes('hunter2'),
      );
    }
  });

  it('takes credentials out of texts for logs', () => {
    assert.equal(
      withoutCredentials('[rtsp @ 0x1] rtsp://admin:p@ss@h:554/x: 401; http://u:p@h'),
      '[rtsp @ 0x1] rtsp://h:554/x: 401; http://h',
    );
  });
});

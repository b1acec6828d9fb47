import assert from 'node:assert/strict';
import { Failure } from '../../../domain/failures.ts';
import { parseDirectoryUrl } from '../../../sources/kinds/http-directory/address.ts';
import { parseHttpUrl } from '../../../sources/reach/address.ts';

const REFUSED: readonly [string, RegExp][] = [
  ['', /empty/],
  ['   ', /empty/],
  ['example.com/photos', /http:\/\/ or https/],
  ['ftp://h/', /http:\/\/ or https/],
  ['file:///etc/passwd', /http:\/\/ or https/],
  ['gopher://h:70/', /http:\/\/ or https/],
  ['dict://h:11211/', /http:\/\/ or https/],
  ['data:text/html,x', /http:\/\/ or https/],
  ['jar:http://h!/', /http:\/\/ or https/],
  ['blob:http://h/x', /http:\/\/ or https/],
  ['unix:/run/x.sock', /http:\/\/ or https/],
  ['javascript:alert(1)', /http:\/\/ or https/],
  ['http:127.0.0.1', /needs \/\//],
  ['http:/127.0.0.1/', /needs \/\//],
  ['http:///127.0.0.1', /no host/],
  ['http://', /no host/],
  ['http://?x', /no host/],
  ['http://evil\\@127.0.0.1/', /backslash/],
  ['http:\\\\h\\x', /backslash/],
  ['http://exa\tmple.com', /control/],
  ['http://exa\nmple.com', /control/],
  ['http://h/a\rb', /control/],
  ['http://h/\u0000', /control/],
  ['http://h\u007f/', /control/],
  ['http://user:secret@h/', /credentials separately/],
  ['http://user@h/', /credentials separately/],
  ['http://a@b@127.0.0.1/', /credentials separately/],
  ['http://@h/', /credentials separately/],
  ['http://h:0/', /between 1 and 65535/],
  ['http://h:65536/', /between 1 and 65535/],
  ['http://h:99999/', /between 1 and 65535/],
  ['http://h:123456/', /cannot be read/],
  ['http://h:-1/', /cannot be read/],
  ['http://h:80:80/', /cannot be read/],
  ['http://h:8a/', /cannot be read/],
  ['http://h: 80/', /cannot be read/],
  ['http://a b/', /cannot be read/],
  ['http://%31%32%37.0.0.1/', /cannot be read/],
  ['http://127.0.0.1%00.example.com/', /cannot be read/],
  ['http://[::1/', /cannot be read/],
  ['http://[::1%25lo]/', /cannot be read/],
  ['http://1.2.3.4.5/', /cannot be read/],
  ['http://256.1.1.1/', /cannot be read/],
  [`http://h/${'x'.repeat(5_000)}`, /longer/],
];

const READ: readonly [string, string][] = [
  ['http://h', 'http://h/'],
  [' HTTPS://Host.Example:443/A b/ ', 'https://host.example/A%20b/'],
  ['http://h:81/x#part', 'http://h:81/x'],
  ['http://127.0.0.1#@evil/', 'http://127.0.0.1/'],
  ['http://[::1]:8080/', 'http://[::1]:8080/'],
  ['http://bücher.example/', 'http://xn--bcher-kva.example/'],
  ['http://h/a/../b/./c', 'http://h/b/c'],
  ['http://h/ü', 'http://h/%C3%BC'],
];

describe('addresses', () => {
  it(`refuses ${REFUSED.length} of ${REFUSED.length} that parsers could disagree on, and says why`, () => {
    for (const [input, message] of REFUSED) {
      assert.throws(
        () => parseHttpUrl(input),
        (error) => error instanceof Failure && error.type === 'bad_address' && message.test(error.message),
        JSON.stringify(input),
      );
    }
  });

  it('never shows a password in the refusal', () => {
    for (const input of [
      'http://u:hunter2@h/',
      'http://u:hunter2@h:0/',
      'ftp://u:hunter2@h/',
      'http://u:hunter2\\@h/',
    ]) {
      assert.throws(
        () => parseHttpUrl(input),
        (error) =>
          error instanceof Failure && !/hunter2/.test(`${error.message} ${error.stack} ${error.cause}`),
      );
    }
  });

  it('reads all others in one canonical form', () => {
    for (const [input, href] of READ) assert.equal(parseHttpUrl(input).href, href);
  });

  it('gives a directory one address, however it is spelled', () => {
    const same = [
      'http://h/caf%c3%a9/%7Euser',
      'http://H:80/café/~user/',
      'http://h/café/x/../%7euser/#top',
      'http://h/caf%C3%A9/~user/?C=M;O=D',
      'http://h/caf%C3%A9/~user/?sort=name&order=desc',
    ];
    for (const input of same) assert.equal(parseDirectoryUrl(input).href, 'http://h/caf%C3%A9/~user/');
    assert.throws(() => parseDirectoryUrl('http://h/list.php?dir=x'), /query/);
    assert.throws(
      () => parseDirectoryUrl('http://h/?token=secret'),
      (error) => !/secret/.test(String(error)),
    );
  });

  it('answers in linear time', () => {
    for (const nasty of ['http://', 'http://h/', 'http://h/?sort=a', ' ', 'http://h/%']) {
      const started = performance.now();
      try {
        parseDirectoryUrl(nasty + '/'.repeat(50_000) + '&sort=a'.repeat(10_000));
      } catch {}
      assert.ok(performance.now() - started < 5_000);
    }
  });
});

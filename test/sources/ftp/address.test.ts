import assert from 'node:assert/strict';
import createFtpKind from '../../../sources/kinds/ftp/kind.ts';
import createSftpKind from '../../../sources/kinds/sftp/kind.ts';
import { kindDeps } from '../kindDeps.ts';

const deps = kindDeps();
const kinds = { ftp: createFtpKind(deps), sftp: createSftpKind(deps) };

const CANONICAL: [keyof typeof kinds, string, string][] = [
  ['ftp', 'ftp://Example.ORG', 'ftp://example.org/'],
  ['ftp', ' FTP://example.org:21/photos ', 'ftp://example.org/photos/'],
  ['ftp', 'ftps://example.org:990//a//b/', 'ftps://example.org/a/b/'],
  ['ftp', 'ftp://example.org:990/', 'ftp://example.org:990/'],
  ['ftp', 'ftp://example.org/%2Fsrv/photos', 'ftp://example.org/%2Fsrv/photos/'],
  ['ftp', 'ftp://example.org/%2f', 'ftp://example.org/%2F/'],
  ['ftp', 'ftp://example.org/a b/ü%3F', 'ftp://example.org/a%20b/%C3%BC%3F/'],
  ['ftp', 'ftp://bücher.example/', 'ftp://xn--bcher-kva.example/'],
  ['ftp', 'ftp://2130706433/', 'ftp://127.0.0.1/'],
  ['ftp', 'ftp://[::FFFF:7f00:1]:2121/x', 'ftp://[::ffff:7f00:1]:2121/x/'],
  ['sftp', 'sftp://example.org:22/home/me', 'sftp://example.org/home/me/'],
  ['sftp', 'sftp://example.org:2222/~/photos', 'sftp://example.org:2222/~/photos/'],
  ['sftp', 'SFTP://example.org/a%2Fb', 'sftp://example.org/a/b/'],
];

const REFUSED: [keyof typeof kinds, string, RegExp][] = [
  ['ftp', 'ftp://me:pa55@example.org/', /credentials separately/],
  ['ftp', 'ftp://me@example.org/', /credentials separately/],
  ['sftp', 'sftp://me:pa55@example.org/', /credentials separately/],
  ['ftp', 'ftp://example.org/a/../b', /"\.\."/],
  ['ftp', 'ftp://example.org/a%2F..%2Fb', /"\.\."/],
  ['sftp', 'sftp://example.org/%2e%2e/b', /"\.\."/],
  ['ftp', 'ftp://example.org/a%0D%0ADELE%20x', /control characters/],
  ['ftp', 'ftp://example.org/a\r\nDELE x', /control characters/],
  ['sftp', 'sftp://example.org/a%00', /control characters/],
  ['ftp', 'ftp://example.org/a%FF', /not UTF-8/],
  ['ftp', 'ftp://example.org/a?b', /%3F/],
  ['ftp', 'ftp://example.org/a\\b', /backslash/],
  ['ftp', 'ftp://', /host name/],
  ['ftp', 'ftp:/example.org', /must start with/],
  ['ftp', 'ftp://example.org:0/', /port/],
  ['ftp', 'ftp://example.org:99999/', /port/],
  ['ftp', 'ftp://example%2Eorg/', /host name/],
  ['sftp', 'ftp://example.org/', /must start with/],
  ['sftp', `sftp://example.org/${'x'.repeat(5_000)}`, /longer/],
];

describe('addresses of FTP and SFTP', () => {
  for (const [kind, input, canonical] of CANONICAL) {
    it(`${JSON.stringify(input)} is ${canonical}`, () => {
      const parsed = kinds[kind].parse(input);
      assert.equal(parsed.address, canonical);
      assert.deepEqual(kinds[kind].parse(canonical), parsed);
      assert.equal(kinds[kind].recognises(input), 'specific');
    });
  }

  for (const [kind, input, why] of REFUSED) {
    it(`refuses ${JSON.stringify(input).slice(0, 60)}`, () => {
      assert.throws(
        () => kinds[kind].parse(input),
        (error: Error & { type?: string }) =>
          error.type === 'bad_address' && why.test(error.message) && !error.message.includes('pa55'),
      );
    });
  }

  it('leave each other and the web alone', () => {
    assert.equal(kinds.ftp.recognises('sftp://example.org/'), 'no');
    assert.equal(kinds.sftp.recognises('ftp://example.org/'), 'no');
    assert.equal(kinds.ftp.recognises('https://example.org/'), 'no');
  });

  it('check their settings', () => {
    const { ftp, sftp } = kinds;
    const parse = (address: string, options: Record<string, string | number>) =>
      ftp.parse(address, options).settings;
    assert.throws(() => parse('ftp://a.example/', { tls: 'maybe' }), /"tls"/);
    assert.throws(() => parse('ftp://a.example/', { colour: 'red' }), /"colour"/);
    assert.throws(() => parse('ftps://a.example/', { tls: 'none' }), /implicit/);
    assert.throws(() => parse('ftp://a.example/', { certificate_sha256: 'abc' }), /"certificate_sha256"/);
    const pin = `${'AB:'.repeat(31)}CD`;
    assert.throws(() => parse('ftp://a.example/', { tls: 'none', certificate_sha256: pin }), /needs TLS/);
    assert.deepEqual(parse('ftps://a.example/', { certificate_sha256: pin }), {
      url: 'ftps://a.example/',
      tls: 'implicit',
      certificate_sha256: `${'ab'.repeat(31)}cd`,
      recursive: true,
      maxDepth: 10,
      include: [],
      exclude: [],
    });
    assert.throws(() => sftp.parse('sftp://a.example/', { host_key: 'ssh-ed25519 AAAA' }), /"host_key"/);
    const fingerprint = `SHA256:${'a'.repeat(43)}`;
    const { settings } = sftp.parse('sftp://a.example/', { host_key: ` ${fingerprint}= comment` });
    assert.equal((settings as { host_key: string }).host_key, fingerprint);
  });
});

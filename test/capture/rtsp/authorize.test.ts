import assert from 'node:assert/strict';
import { createAuthorizer, parseChallenges } from '../../../capture/rtsp/authorize.ts';

/** RFC 7616 §3.9.1. */
const MUFASA = { username: 'Mufasa', password: 'Circle of Life' };
const CNONCE = 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ';
const challenge = (algorithm: string, more = '') =>
  `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, ` +
  `nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", ` +
  `opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"${more}`;

const field = (header: string | null, name: string) =>
  new RegExp(`[ ,]${name}="?([^",]*)`).exec(header ?? '')?.[1];
const mufasa = () => createAuthorizer(MUFASA, () => CNONCE);

describe('answers to "who is there?"', () => {
  it('computes what RFC 7616 computes', () => {
    for (const [algorithm, expected] of [
      ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
      ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
    ] as const) {
      const authorizer = mufasa();
      assert.equal(authorizer.challenged([challenge(algorithm)]), true);
      const header = authorizer.header('GET', '/dir/index.html');
      assert.equal(field(header, 'response'), expected);
      assert.equal(field(header, 'nc'), '00000001');
      assert.equal(field(header, 'algorithm'), algorithm);
      assert.equal(field(header, 'opaque'), 'FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS');
      assert.equal(field(authorizer.header('GET', '/dir/index.html'), 'nc'), '00000002');
    }
  });

  it('computes what RFC 2069 computes, for cameras without qop', () => {
    const authorizer = createAuthorizer({ username: 'Mufasa', password: 'CircleOfLife' });
    authorizer.challenged(['Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"']);
    const header = authorizer.header('GET', '/dir/index.html');
    // Erratum 749 of RFC 2069.
    assert.equal(field(header, 'response'), '1949323746fe6a43ef61f9606e7febea');
    assert.equal(field(header, 'nc'), undefined);
  });

  it('takes the safest of what is offered, in one header or several', () => {
    const both = ['Basic realm="a, b"', challenge('MD5'), challenge('SHA-256')];
    for (const headers of [both, [both.join(', ')]]) {
      const authorizer = mufasa();
      assert.equal(parseChallenges(headers).length, 3);
      authorizer.challenged(headers);
      assert.equal(field(authorizer.header('GET', '/'), 'algorithm'), 'SHA-256');
    }
  });

  it('never goes down from Digest to Basic', () => {
    const authorizer = mufasa();
    authorizer.challenged([challenge('MD5')]);
    assert.equal(authorizer.challenged(['Basic realm="x"']), false);
    assert.match(authorizer.header('GET', '/') ?? '', /^Digest /);
  });

  it('meets a new nonce later, but not the same refusal twice', () => {
    const authorizer = mufasa();
    assert.equal(authorizer.challenged([challenge('MD5')]), true);
    assert.equal(authorizer.challenged([challenge('MD5')]), false);
    authorizer.accepted();
    assert.equal(authorizer.challenged([challenge('MD5').replace('7ypf', 'next')]), true);
    assert.match(field(authorizer.header('GET', '/'), 'nonce') ?? '', /^next/);
    assert.equal(authorizer.challenged([challenge('MD5', ', stale=TRUE')]), true);
  });

  it('says nothing to what it does not know', () => {
    for (const header of [
      'NTLM',
      'Bearer x',
      'Digest realm="x"',
      challenge('SHA-512'),
      challenge('MD5').replace('auth, auth-int', 'auth-int'),
      '',
    ]) {
      const authorizer = mufasa();
      assert.equal(authorizer.challenged([header]), false, header);
      assert.equal(authorizer.header('GET', '/'), null);
    }
    assert.equal(createAuthorizer(null).challenged(['Basic realm="x"']), false);
  });

  it('quotes what would end a string', () => {
    const authorizer = createAuthorizer({ username: 'a"b\\c', password: 'x' });
    authorizer.challenged(['Digest realm="r\\"s", nonce="n"']);
    assert.match(authorizer.header('GET', '/') ?? '', /username="a\\"b\\\\c", realm="r\\"s"/);
  });
});

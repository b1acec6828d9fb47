import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import type { Failure, FailureType } from '../../../domain/failures.ts';
import createS3Kind from '../../../sources/kinds/s3/kind.ts';
import { createHttpClient } from '../../../sources/reach/client.ts';
import { createGuard } from '../../../sources/reach/guard.ts';
import type { Json, SourceItem } from '../../../sources/source.ts';
import { assertFailure } from '../contract.ts';
import { kindDeps, visitor } from '../kindDeps.ts';
import { type RawServer, response, startRawServer } from '../rawServer.ts';

const signal = () => new AbortController().signal;
const give = { type: 's3', access_key: 'AKID', secret_key: 's3cr3t-key' };
const item: SourceItem = {
  externalId: 'a.jpg',
  name: 'a.jpg',
  locator: 'a.jpg',
  size: 5,
  sizeExact: true,
  modifiedAt: null,
  version: 'v',
};

const error = (code: string, more = '') =>
  `<?xml version="1.0"?><Error><Code>${code}</Code><Message>upstream words</Message>${more}</Error>`;

describe('refusals of S3 services', () => {
  let server: RawServer;
  let scratch: string;
  let counter = 0;
  const deps = kindDeps();
  const kind = createS3Kind(deps);
  const open = (options: { [name: string]: Json } = {}) =>
    kind.open(kind.parse(`s3+http://127.0.0.1:${server.port}/photos/`, options), visitor(give));
  const fetch = (source = open()) =>
    source.fetch(item, { toPath: path.join(scratch, `f${counter++}`), maxBytes: 1e6, signal: signal() });

  before(async () => {
    server = await startRawServer();
    scratch = await fs.mkdtemp(path.join(os.tmpdir(), 's3-'));
  });
  beforeEach(() => {
    server.requests.length = 0;
  });
  after(async () => {
    await deps.client.close();
    await server.close();
    await fs.rm(scratch, { recursive: true });
  });

  it('tells what each means for a listing and for a file', async () => {
    const rows: readonly [number, string, FailureType, FailureType][] = [
      [403, error('AccessDenied'), 'auth_failed', 'read_denied'],
      [403, error('InvalidAccessKeyId'), 'auth_failed', 'auth_failed'],
      [
        403,
        error('SignatureDoesNotMatch', '<StringToSign>s3cr3t</StringToSign>'),
        'auth_failed',
        'auth_failed',
      ],
      [400, error('ExpiredToken'), 'auth_failed', 'auth_failed'],
      [400, error('InvalidToken'), 'auth_failed', 'auth_failed'],
      [403, error('RequestTimeTooSkewed'), 'auth_failed', 'auth_failed'],
      [403, '<html>blocked</html>', 'auth_failed', 'read_denied'],
      [403, '', 'auth_failed', 'read_denied'],
      [401, '', 'auth_failed', 'auth_failed'],
      [403, error('InvalidObjectState'), 'not_downloadable', 'not_downloadable'],
      [404, error('NoSuchBucket'), 'source_not_found', 'vanished'],
      [404, error('NoSuchKey'), 'source_not_found', 'vanished'],
      [404, error('XAdminUserNotFound'), 'auth_failed', 'auth_failed'],
      [412, error('PreconditionFailed'), 'changed_during_read', 'changed_during_read'],
      [503, error('SlowDown'), 'source_throttled', 'source_throttled'],
      [503, '', 'source_throttled', 'source_throttled'],
      [429, error('TooManyRequests'), 'source_throttled', 'source_throttled'],
      [400, error('RequestTimeout'), 'source_timeout', 'source_timeout'],
      [400, error('InvalidBucketName'), 'bad_address', 'bad_address'],
      [400, error('MissingSomething'), 'source_error', 'source_error'],
      [400, error('constructor'), 'source_error', 'source_error'],
      [500, error('InternalError'), 'source_error', 'source_error'],
      [502, '<html>', 'source_error', 'source_error'],
      [301, error('PermanentRedirect', '<Endpoint>evil.example</Endpoint>'), 'bad_response', 'bad_response'],
      [206, 'x', 'bad_response', 'bad_response'],
      [416, error('InvalidRange'), 'bad_response', 'bad_response'],
    ];
    for (const [status, body, listing, file] of rows) {
      server.answer((socket) => socket.write(response(status, { 'Retry-After': '7' }, body)));
      const failures: Failure[] = [
        await assertFailure(open().list(null, signal()), listing),
        await assertFailure(fetch(), file),
      ];
      for (const failure of failures) {
        assert.match(failure.message, new RegExp(`HTTP ${status}`));
        assert.equal(failure.retryAfterMs, failure.type === 'source_throttled' ? 7_000 : undefined);
        assert.doesNotMatch(
          `${failure.message} ${failure.stack} ${inspect(failure, { depth: 9 })}`,
          /s3cr3t|upstream words|evil/,
        );
      }
    }
    assert.deepEqual(await fs.readdir(scratch), []);
  });

  it('reads no more of a refusal than it needs', async () => {
    server.answer((socket) => {
      socket.write(response(403, {}, error('SlowDown', `<HostId>${'x'.repeat(500_000)}</HostId>`)));
    });
    await assertFailure(open().list(null, signal()), 'source_throttled');
    server.answer((socket) => {
      socket.write(response(403, { 'Content-Length': '5000' }, error('InvalidAccessKeyId')));
      socket.end();
    });
    // It broke off, and had said what it had to say.
    await assertFailure(fetch(), 'auth_failed');
  });

  it('goes to the region that the service names, remembers it, and does so once', async () => {
    const scopes: string[] = [];
    let right = 'eu-central-1';
    server.answer((socket, request) => {
      const scope = /Credential=AKID\/\d+\/([^/]+)/.exec(request.headers['authorization'] ?? '')?.[1] ?? '';
      scopes.push(scope);
      if (scope !== right) {
        const named = { 'x-amz-bucket-region': right };
        socket.write(response(301, named, error('PermanentRedirect')));
      } else if (request.path.includes('list-type')) {
        socket.write(
          response(200, {}, '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>'),
        );
      } else {
        socket.write(response(200, {}, 'bytes'));
      }
    });
    await open().list(null, signal());
    assert.equal((await fetch()).bytes, 5);
    assert.deepEqual(scopes, ['us-east-1', 'eu-central-1', 'eu-central-1']);
    // What somebody set is not changed behind their back.
    const told = await assertFailure(open({ region: 'us-west-2' }).list(null, signal()), 'bad_address');
    assert.match(told.message, /eu-central-1/);
    // A service that changes its mind with every request is not followed for ever.
    scopes.length = 0;
    right = 'none-is-right';
    server.answer((socket) => {
      scopes.push('');
      const named = { 'x-amz-bucket-region': `r-${scopes.length}` };
      socket.write(response(400, named, error('AuthorizationHeaderMalformed')));
    });
    await assertFailure(fetch(), 'bad_address');
    assert.equal(scopes.length, 2);
    // What is no region does not become part of a host name.
    server.answer((socket) => {
      socket.write(response(301, { 'x-amz-bucket-region': 'evil.example/' }, error('PermanentRedirect')));
    });
    await assertFailure(open().list(null, signal()), 'bad_response');
  });

  it('follows no redirect, because a signature is for one server', async () => {
    const other = await startRawServer((socket) => socket.write(response(200, {}, 'bytes')));
    server.answer((socket) => socket.write(response(307, { Location: `${other.url}photos/a.jpg` })));
    await assertFailure(open().list(null, signal()), 'bad_response');
    await assertFailure(fetch(), 'bad_response');
    assert.equal(other.connections.accepted, 0);
    await other.close();
  });

  it('compares the SHA-256 that an object was stored with, and no tag', async () => {
    const sha256 = 'ES2VaTBbn9gB8Zs2hkCHLgAiNPBsxJ+DzbxgQf6H6uQ=';
    const head = { ETag: '"5d41402abc4b2a76b9719d911017c592"', 'Accept-Ranges': 'bytes' };
    server.answer((socket) => socket.write(response(200, head, 'bytes')));
    assert.equal((await fetch()).bytes, 5);
    server.answer((socket) => socket.write(response(200, { 'x-amz-checksum-sha256': sha256 }, 'bytes')));
    await assertFailure(fetch(), 'hash_mismatch');
    const parts = { 'x-amz-checksum-sha256': sha256, 'x-amz-checksum-type': 'COMPOSITE' };
    server.answer((socket) => socket.write(response(200, parts, 'bytes')));
    assert.equal((await fetch()).bytes, 5);
    // A note of whoever stored it, not a coding of this answer.
    server.answer((socket) => socket.write(response(200, { 'Content-Encoding': 'aws-chunked' }, 'bytes')));
    assert.equal((await fetch()).bytes, 5);
  });

  it('asks for the rest of an object under its tag, and takes none of another', async () => {
    const bytes = Buffer.alloc(5, 'bytes');
    let asked = 0;
    server.answer((socket, request) => {
      asked++;
      if (asked === 1) {
        socket.write(response(200, { 'Content-Length': '5', ETag: '"one"', 'Accept-Ranges': 'bytes' }, 'by'));
        socket.end();
      } else {
        assert.equal(request.headers['if-match'], '"one"');
        assert.equal(request.headers['range'], 'bytes=2-');
        // Takes no notice of either.
        const range = { 'Content-Range': 'bytes 2-4/5', ETag: '"two"' };
        socket.write(response(206, range, bytes.subarray(2)));
      }
    });
    await assertFailure(fetch(), 'changed_during_read');
    assert.equal(asked, 2);
  });

  it('dials no private address, by whatever name the bucket or service goes', async () => {
    const dialled: string[] = [];
    const guard = createGuard({ allowPrivateNets: [], allowLoopback: false });
    const client = createHttpClient({
      guard,
      onConnect: (address) => dialled.push(address),
      resolve: async () => [{ address: '10.0.0.7', family: 4 }],
    });
    const strict = createS3Kind(kindDeps({ guard, client }));
    const rows: readonly [string, { [name: string]: Json }][] = [
      [`s3+http://127.0.0.1:${server.port}/photos/`, {}],
      ['s3+http://169.254.169.254/latest/', {}],
      ['s3+http://[::ffff:10.0.0.1]/photos/', {}],
      ['s3+https://minio.internal/photos/', {}],
      ['s3+https://minio.internal/photos/', { pathStyle: false }],
      ['s3://photos/', {}],
      ['s3+http://minio.internal:6379/photos/', {}],
    ];
    for (const [address, options] of rows) {
      const source = strict.open(strict.parse(address, options), visitor(give));
      for (const failure of [
        await assertFailure(source.list(null, signal()), 'ssrf_blocked'),
        await assertFailure(fetch(source), 'ssrf_blocked'),
      ]) {
        assert.doesNotMatch(failure.message, /10\.0\.0|169\.254/);
      }
    }
    assert.deepEqual(dialled, []);
    assert.equal(server.requests.length, 0);
    await client.close();
  });
});

import assert from 'node:assert/strict';
import { Failure } from '../../../domain/failures.ts';
import createS3Kind from '../../../sources/kinds/s3/kind.ts';
import { urlOf } from '../../../sources/kinds/s3/place.ts';
import { readSettings } from '../../../sources/kinds/s3/settings.ts';
import type { Json } from '../../../sources/source.ts';
import { kindDeps } from '../kindDeps.ts';

type Options = { [name: string]: Json };

describe('addresses of S3 buckets', () => {
  const deps = kindDeps();
  const kind = createS3Kind(deps);
  const parse = (input: string, options?: Options) => kind.parse(input, options);

  after(() => deps.client.close());

  it('gives one place one address, and takes that for itself', () => {
    const rows: readonly [string, Options, string][] = [
      ['s3://photos', {}, 's3://photos/'],
      [' S3://photos/2021 ', {}, 's3://photos/2021/'],
      ['s3://photos/2021/', {}, 's3://photos/2021/'],
      ['s3://photos//2021', {}, 's3://photos//2021/'],
      ['s3://photos/a b+c%20?d#e', {}, 's3://photos/a b+c%20?d#e/'],
      ['s3://photos/x', { endpoint: 'https://Minio.example:443/' }, 's3+https://minio.example/photos/x/'],
      ['s3+https://minio.example:9000/photos/x', {}, 's3+https://minio.example:9000/photos/x/'],
      ['s3+http://minio.example:80/photos', {}, 's3+http://minio.example/photos/'],
      ['s3+https://s3.amazonaws.com/photos', {}, 's3://photos/'],
      ['s3+https://s3.eu-central-1.amazonaws.com/photos/x', {}, 's3://photos/x/'],
      ['s3://photos', { endpoint: 'https://s3-eu-west-1.amazonaws.com' }, 's3://photos/'],
      [
        's3+https://s3.dualstack.eu-west-1.amazonaws.com/photos',
        {},
        's3+https://s3.dualstack.eu-west-1.amazonaws.com/photos/',
      ],
    ];
    for (const [input, options, address] of rows) {
      const parsed = parse(input, options);
      assert.equal(parsed.address, address);
      assert.equal(parse(address).address, address);
      // Stored settings come back when an import is told to go on.
      assert.deepEqual(parse(address, parsed.settings as Options), parsed);
      assert.deepEqual(JSON.parse(JSON.stringify(parsed)), parsed);
      assert.equal(kind.recognises(address), 'specific');
    }
    for (const other of ['https://host/bucket/', 's3:bucket', '/s3://x', 's3x://b/']) {
      assert.equal(kind.recognises(other), 'no', other);
    }
  });

  it('takes the region from the name of the endpoint, unless it is told one', () => {
    const region = (input: string, options?: Options) => readSettings(parse(input, options).settings).region;
    assert.equal(region('s3+https://s3.eu-central-1.amazonaws.com/photos'), 'eu-central-1');
    assert.equal(region('s3://photos'), null);
    assert.equal(region('s3://photos', { region: 'garage' }), 'garage');
  });

  it('refuses what it cannot use with a sentence, and never repeats a secret', () => {
    const rows: readonly [string, Options, RegExp][] = [
      ['s3://AKID:s3cr3t@photos/', {}, /credentials separately/],
      ['s3://AKID:s3cr3t/', {}, /credentials separately/],
      ['s3+https://AKID:s3cr3t@host/photos', {}, /credentials separately/],
      ['s3://photos', { endpoint: 'https://u:s3cr3t@host' }, /credentials separately/],
      ['s3://', {}, /no bucket/],
      ['s3:///x', {}, /no bucket/],
      ['s3://ab', {}, /no bucket/],
      ['s3://a..b/', {}, /no bucket/],
      ['s3://-x-/', {}, /no bucket/],
      ['s3+https://host', {}, /no bucket/],
      ['s3+https:///photos/', {}, /host name/],
      ['s3+ftp://host/photos', {}, /must look like/],
      ['https://host/photos', {}, /must look like/],
      ['s3://photos/../x', {}, /"\.\."/],
      ['s3://photos/a/./x', {}, /"\.\."/],
      ['s3://photos/a\nb', {}, /control/],
      [`s3://photos/${'x'.repeat(3_000)}`, {}, /longer/],
      ['s3://photos', { endpoint: 'https://host/path' }, /without a path/],
      ['s3://photos', { endpoint: 'host' }, /http/],
      ['s3://photos', { endpoint: 5 }, /"endpoint"/],
      ['s3+https://a.example/photos', { endpoint: 'https://b.example' }, /another server/],
      ['s3://photos', { region: 'eu.evil.example/' }, /"region"/],
      ['s3://photos', { region: '' }, /"region"/],
      ['s3://photos', { maxDepth: -1 }, /"maxDepth"/],
      ['s3://photos', { secret_key: 's3cr3t' }, /"secret_key"/],
    ];
    for (const [input, options, message] of rows) {
      assert.throws(
        () => parse(input, options),
        (error: unknown) =>
          error instanceof Failure &&
          error.type === 'bad_address' &&
          message.test(error.message) &&
          !/s3cr3t|AKID/.test(`${error.message} ${error.stack}`),
        input,
      );
    }
  });

  it('asks Amazon by the name of the bucket in its region, and others by the path', () => {
    const amazon = { endpoint: 'https://s3.amazonaws.com', bucket: 'photos', pathStyle: null };
    const other = { endpoint: 'http://minio.example:9000', bucket: 'photos', pathStyle: null };
    const key = { key: "a b/é+?#%/'(1)*!.jpg" };
    const escaped = 'a%20b/%C3%A9%2B%3F%23%25/%27%281%29%2A%21.jpg';
    const rows: readonly [string, URL][] = [
      [`https://photos.s3.us-east-1.amazonaws.com/${escaped}`, urlOf(amazon, 'us-east-1', key)],
      [
        'https://photos.s3.cn-north-1.amazonaws.com.cn/?list-type=2&prefix=a%2Fb',
        urlOf(amazon, 'cn-north-1', { query: { prefix: 'a/b', 'list-type': '2' } }),
      ],
      // No certificate is for two labels.
      [
        `https://s3.eu-west-1.amazonaws.com/my.photos/${escaped}`,
        urlOf({ ...amazon, bucket: 'my.photos' }, 'eu-west-1', key),
      ],
      [
        `https://s3.eu-west-1.amazonaws.com/photos/${escaped}`,
        urlOf({ ...amazon, pathStyle: true }, 'eu-west-1', key),
      ],
      [`http://minio.example:9000/photos/${escaped}`, urlOf(other, 'x', key)],
      [`http://photos.minio.example:9000/${escaped}`, urlOf({ ...other, pathStyle: false }, 'x', key)],
      ['http://minio.example:9000/photos?prefix=', urlOf(other, 'x', { query: { prefix: '' } })],
      ['http://minio.example:9000/photos//a//b', urlOf(other, 'x', { key: '/a//b' })],
    ];
    for (const [href, url] of rows) assert.equal(url.href, href);
  });
});

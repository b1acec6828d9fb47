import { Failure } from '../../../domain/failures.ts';
import { parseHttpUrl } from '../../reach/address.ts';
import type { SourceKindFactory } from '../../source.ts';
import { parseS3Address } from './address.ts';
import { createBucket, createKnownRegions } from './bucket.ts';
import { createLister } from './list.ts';
import { readSettings, S3_CREDENTIALS, type S3Credentials } from './settings.ts';

/** The objects of a bucket, or those below a prefix, at Amazon or any service that speaks S3. */
const createS3Kind: SourceKindFactory = ({ client }) => {
  const regions = createKnownRegions();

  return {
    kind: 's3',
    title: 'S3 bucket',
    looksLike: 'a bucket (s3://bucket/prefix/ or s3+https://host/bucket/prefix/)',
    recognises: (input) => (/^\s*s3(\+https?)?:\/\//i.test(input) ? 'specific' : 'no'),
    credentials: S3_CREDENTIALS,
    // Amazon takes 5,500 reads a second for each prefix; smaller services are what the concurrency is for.
    politeness: { requestsPerSecond: null, concurrency: 16 },
    parse(input, options = {}) {
      const { endpoint: set, ...rest } = options;
      if (set !== undefined && typeof set !== 'string') readSettings({ endpoint: set });
      const { address, endpoint, bucket, prefix, region } = parseS3Address(
        input,
        typeof set === 'string' ? set : undefined,
      );
      const settings = readSettings({ ...rest, endpoint, bucket, prefix });
      return { address, settings: { ...settings, region: settings.region ?? region } };
    },
    account({ settings }) {
      const { endpoint, bucket } = readSettings(settings);
      return `${new URL(endpoint).host}/${bucket}`;
    },
    open(parsed, { credentials, budget }) {
      const settings = readSettings(parsed.settings);
      parseHttpUrl(settings.endpoint);
      const give = credentials as S3Credentials | null;
      const bucket = createBucket({ client, budget, settings, credentials: give, regions });
      return {
        list: createLister(bucket, settings),
        async fetch(item, options) {
          if (typeof item.locator !== 'string') throw new Failure('internal_error', 'The item has no key.');
          return bucket.fetch(item.locator, item, options);
        },
        // The client belongs to whoever made it; nothing here is held open.
        close: async () => {},
      };
    },
  };
};

export default createS3Kind;

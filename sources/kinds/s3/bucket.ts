import { download } from '../../download/download.ts';
import type { HttpClient, HttpRequest } from '../../reach/client.ts';
import { refuseEncoded } from '../../reach/response.ts';
import type { Fetched, FetchItem, FetchOptions, RequestBudget } from '../../source.ts';
import { createPageReader, PAGE_SIZE, type S3Page } from './page.ts';
import { urlOf } from './place.ts';
import { createRefusal, Elsewhere } from './refusal.ts';
import type { S3Credentials, S3Settings } from './settings.ts';
import { createSigner } from './sign.ts';

/** Regions that services told, so that no later request has to be told again. */
export interface KnownRegions {
  get(bucket: string): string | undefined;
  set(bucket: string, region: string): void;
}

const MAX_KNOWN = 100;

export function createKnownRegions(): KnownRegions {
  const known = new Map<string, string>();
  return {
    get: (bucket) => known.get(bucket),
    set(bucket, region) {
      const oldest = known.keys().next().value;
      if (known.size >= MAX_KNOWN && oldest !== undefined) known.delete(oldest);
      known.set(bucket, region);
    },
  };
}

export interface BucketOptions {
  client: HttpClient;
  budget: RequestBudget;
  settings: S3Settings;
  credentials: S3Credentials | null;
  regions: KnownRegions;
}

/**
 * The two requests that a source makes of a bucket.
 *
 * They are signed with the function of the package `minio` and sent by our own client. The package's client has its own
 * idea of sockets and retries and none of deadlines, asks for the region at a place of its choosing, holds a whole page of
 * XML as a tree, and makes other keys of those with `+` or `'` in them. Here every socket passes the guard, and files
 * resume as those of any web server do.
 */
export function createBucket({ client, budget, settings, credentials, regions }: BucketOptions) {
  const bucket = `${settings.endpoint}/${settings.bucket}`;

  /** Asks in the region that is known, and once more in the one that the service names instead. */
  async function inRegion<T>(ask: (region: string) => Promise<T>): Promise<T> {
    try {
      return await ask(settings.region ?? regions.get(bucket) ?? 'us-east-1');
    } catch (error) {
      if (!(error instanceof Elsewhere) || settings.region !== null) throw error;
      regions.set(bucket, error.region);
      return ask(error.region);
    }
  }

  /** Another server has no use for our signature, and the same one says where else the bucket is. */
  const common = (region: string): Pick<HttpRequest, 'budget' | 'mayRedirect' | 'sign'> => ({
    budget,
    mayRedirect: false,
    sign: createSigner(credentials, region),
  });

  return {
    /** One page of keys below the prefix. @param after the token of the page before */
    list(after: string | null, onlyTop: boolean, signal: AbortSignal): Promise<S3Page> {
      const query = {
        'list-type': '2',
        'max-keys': String(PAGE_SIZE),
        'encoding-type': 'url',
        prefix: settings.prefix,
        ...(onlyTop && { delimiter: '/' }),
        ...(after !== null && { 'continuation-token': after }),
      };
      return inRegion(async (region) => {
        const page = createPageReader();
        const refused: { by: ReturnType<typeof createRefusal> | null } = { by: null };
        await client.request(
          {
            ...common(region),
            url: urlOf(settings, region, { query }),
            signal,
            time: { leftMs: client.deadlines.listMs },
          },
          (head) => {
            refused.by = head.status === 200 ? null : createRefusal(head, 'listing', region);
            if (refused.by !== null) return refused.by;
            refuseEncoded(head);
            return page;
          },
        );
        if (refused.by !== null) throw refused.by.failure();
        return page.end();
      });
    },

    /** @throws Failure, or the signal's reason */
    fetch(key: string, item: FetchItem, options: FetchOptions): Promise<Fetched> {
      return inRegion((region) =>
        download(client, {
          ...options,
          ...common(region),
          item,
          url: urlOf(settings, region, { key }),
          headers: { 'x-amz-checksum-mode': 'ENABLED' },
          encodingIsANote: true,
          refusal: (head) => createRefusal(head, 'file', region),
        }),
      );
    },
  };
}

export type Bucket = ReturnType<typeof createBucket>;

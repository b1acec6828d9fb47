/** Where a bucket is and how it is asked. */
export interface S3Settings {
  /** Scheme, host and port; no path. */
  endpoint: string;
  /** The same as other machines reach it: addresses that are given away are signed for this one. */
  publicEndpoint: string;
  bucket: string;
  region: string;
  accessKey: string;
  secretKey: string;
  /** `true`: `host/bucket/key`; `false`: `bucket.host/key`. */
  pathStyle: boolean;
  /** Before every key; empty, or ending with a slash. */
  prefix: string;
  /** How long the store may stay silent before a request is given up and made again, in milliseconds. */
  requestTimeoutMs: number;
}

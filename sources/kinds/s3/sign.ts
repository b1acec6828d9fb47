// By the path that the package exports it under: its entry point has only a client, which opens sockets of its own.
import { signV4 } from 'minio/dist/esm/signing.mjs';
import type { HttpRequest } from '../../reach/client.ts';
import type { S3Credentials } from './settings.ts';

/** SHA-256 of nothing, which is the body of all that we send. */
const NO_BODY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/**
 * Signature Version 4 in the headers of a request, for one bucket in one region.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export function createSigner(
  credentials: S3Credentials | null,
  region: string,
): NonNullable<HttpRequest['sign']> {
  return ({ url, method, headers }) => {
    // S3 documents no If-Range, and servers that do not know it send the rest of whatever the object is now.
    const validator = headers['if-range'];
    const sameObject: Record<string, string> = validator?.startsWith('"') ? { 'if-match': validator } : {};
    if (credentials === null) return sameObject;
    const now = new Date();
    const signed = {
      ...Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('x-amz-'))),
      'x-amz-content-sha256': NO_BODY,
      'x-amz-date': now.toISOString().replace(/[-:]|\.\d+/g, ''),
      ...(credentials.session_token && { 'x-amz-security-token': credentials.session_token }),
    };
    const { access_key, secret_key } = credentials;
    const authorization = signV4(
      {
        protocol: url.protocol,
        method,
        path: url.pathname + url.search,
        headers: { host: url.host, ...signed },
      },
      access_key,
      secret_key,
      region,
      now,
      NO_BODY,
    );
    return { ...sameObject, ...signed, authorization };
  };
}

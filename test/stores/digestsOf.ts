import { createDigests, type Digest } from '../../sources/digests.ts';

export function digestsOf(content: string): Digest {
  const digests = createDigests();
  digests.update(Buffer.from(content));
  return digests.end();
}

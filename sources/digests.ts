import { createHash } from 'node:crypto';

export interface Digests {
  update(chunk: Buffer): void;
  /** Lower-case hex. Ends the calculation. */
  end(): { sha256: string; md5: string };
}

export function createDigests(): Digests {
  const sha256 = createHash('sha256');
  const md5 = createHash('md5');
  return {
    update(chunk) {
      sha256.update(chunk);
      md5.update(chunk);
    },
    end: () => ({ sha256: sha256.digest('hex'), md5: md5.digest('hex') }),
  };
}

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import { createKeyRing, deriveKey } from '../keyRing.ts';

export interface PayloadKeys {
  /** What payloads are encrypted with; `null`: they are not. */
  key: string | null;
  /** What payloads that are kept may be encrypted with. */
  previous: readonly string[];
  /** Whether a payload that is not encrypted is refused: somebody put it there who has not the key. */
  required: boolean;
}

const ENCODING = 'encoding';
const ENCRYPTED = 'binary/encrypted';
const KEY_ID = 'encryption-key-id';
const NONCE = 12;
const TAG = 16;

const derive = (secret: string) => ({
  id: deriveKey(secret, 'payload key id', 6).toString('hex'),
  cipher: deriveKey(secret, 'payloads', 32),
});

const textOf = (payload: Payload, name: string): string | undefined => {
  const value = payload.metadata?.[name];
  return value == null ? undefined : Buffer.from(value).toString('utf8');
};

/**
 * Encrypts what Temporal keeps of workflows (arguments, results, details) with AES-256-GCM: 12 bytes of nonce, the
 * payload as protobuf, 16 bytes of tag. It runs outside of the sandbox, so workflow code knows nothing of it.
 *
 * What it throws fails the task that it was for, which is tried again: nothing is lost for want of a key.
 */
export function createPayloadCodec({ key, previous, required }: PayloadKeys): PayloadCodec {
  const keys = createKeyRing(derive, key, previous);
  const { Payload: Wire } = proto.temporal.api.common.v1;

  function encrypt(payload: Payload): Payload {
    if (keys.current === null) return payload;
    const { id, cipher: secret } = keys.current;
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv('aes-256-gcm', secret, nonce, { authTagLength: TAG });
    const text = Buffer.concat([cipher.update(Wire.encode(payload).finish()), cipher.final()]);
    return {
      metadata: { [ENCODING]: Buffer.from(ENCRYPTED), [KEY_ID]: Buffer.from(id) },
      data: Buffer.concat([nonce, text, cipher.getAuthTag()]),
    };
  }

  function decrypt(payload: Payload): Payload {
    if (textOf(payload, ENCODING) !== ENCRYPTED) {
      if (!required) return payload;
      throw new Error('A payload is not encrypted, and PAYLOAD_REQUIRED refuses such.');
    }
    const id = textOf(payload, KEY_ID);
    const found = keys.find(id);
    if (found === undefined)
      throw new Error(
        `A payload has the key ${id}, which is not among PAYLOAD_KEY and PREVIOUS_PAYLOAD_KEYS.`,
      );
    const sealed = Buffer.from(payload.data ?? []);
    const decipher = createDecipheriv('aes-256-gcm', found.cipher, sealed.subarray(0, NONCE), {
      authTagLength: TAG,
    });
    decipher.setAuthTag(sealed.subarray(-TAG));
    return Wire.decode(Buffer.concat([decipher.update(sealed.subarray(NONCE, -TAG)), decipher.final()]));
  }

  return {
    encode: async (payloads) => payloads.map(encrypt),
    decode: async (payloads) => payloads.map(decrypt),
  };
}

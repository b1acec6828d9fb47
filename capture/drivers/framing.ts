import { Failure } from '../../domain/failures.ts';

/** A message of a decoder: a header, which is JSON, and bytes. */
export interface Framed {
  header: unknown;
  body: Buffer;
}

const LENGTHS = 8;
const MAX_HEADER = 4_096;
const MAX_BODY = 48 * 2 ** 20;

/** Two lengths of four bytes each, then what they are the lengths of. */
export function frameMessage(header: unknown, body: Uint8Array = new Uint8Array()): Buffer {
  const text = Buffer.from(JSON.stringify(header), 'utf8');
  const lengths = Buffer.alloc(LENGTHS);
  lengths.writeUInt32BE(text.length, 0);
  lengths.writeUInt32BE(body.length, 4);
  return Buffer.concat([lengths, text, body]);
}

/** @returns a function that takes what a pipe brought and gives the messages that are complete; it throws a Failure */
export function createUnframer(): (chunk: Buffer) => Framed[] {
  let chunks: Buffer[] = [];
  let have = 0;
  let need = LENGTHS;
  return (chunk) => {
    chunks.push(chunk);
    have += chunk.length;
    const messages: Framed[] = [];
    while (have >= need) {
      const bytes: Buffer = Buffer.concat(chunks, have);
      const [header, body] = [bytes.readUInt32BE(0), bytes.readUInt32BE(4)];
      if (header > MAX_HEADER || body > MAX_BODY)
        throw new Failure('bad_response', 'What the decoder says cannot be read.');
      const whole = LENGTHS + header + body;
      chunks = [bytes];
      need = whole;
      if (have < whole) break;
      messages.push({
        header: JSON.parse(bytes.toString('utf8', LENGTHS, LENGTHS + header)),
        body: bytes.subarray(LENGTHS + header, whole),
      });
      chunks = [bytes.subarray(whole)];
      have -= whole;
      need = LENGTHS;
    }
    return messages;
  };
}

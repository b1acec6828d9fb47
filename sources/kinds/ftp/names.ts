/**
 * File names on the wire are bytes, and which ones only the server knows. The connection is read as Latin-1, which
 * changes no byte, and every text is turned into UTF-8 and back here (RFC 2640).
 */
export const toWire = (text: string) => Buffer.from(text, 'utf8').toString('latin1');

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** `null`: not UTF-8. */
export function fromWire(bytes: string): string | null {
  try {
    return utf8.decode(Buffer.from(bytes, 'latin1'));
  } catch {
    return null;
  }
}

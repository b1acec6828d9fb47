/**
 * The same JPEG with a COM segment (ISO/IEC 10918-1, B.2.4.5) after its first marker: other bytes, the same picture.
 * In parts, so that the picture itself is not copied.
 */
export function commented(jpeg: Buffer, comment: string): Buffer[] {
  const text = Buffer.from(comment, 'latin1');
  const segment = Buffer.alloc(4 + text.length);
  segment.writeUInt16BE(0xfffe, 0);
  segment.writeUInt16BE(2 + text.length, 2);
  text.copy(segment, 4);
  return [jpeg.subarray(0, 2), segment, jpeg.subarray(2)];
}

/** One line of a listing, its texts as on the wire. */
export interface FtpLine {
  name: string;
  kind: 'file' | 'directory' | 'link';
  /** Of a link: where it leads to, when the server says. */
  target: string | null;
  size: number | null;
  modifiedAt: Date | null;
  /** The time as it goes into versions. */
  changed: string;
}

/** `null` unless it is a plain number of bytes. */
export const bytesIn = (text: string | undefined): number | null =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;

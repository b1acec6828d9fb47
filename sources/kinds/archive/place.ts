/** Bytes of one archive, wherever they lie, of which any part can be read. */
export interface Place {
  bytes: number;
  /** Changes when the archive does. */
  version: string;
  /**
   * Bytes from `start` up to and without `end`, in pieces, in order.
   * @throws Failure; or the signal's reason
   */
  read(start: number, end: number, signal: AbortSignal): AsyncIterable<Buffer>;
  close(): Promise<void>;
}

/** What a loop process is started with, as JSON in its argument list. */
export interface LoopSettings {
  databaseUrl: string;
  objectsDir: string;
  scratchDir: string;
  /** Pictures decoded at the same time. */
  decoders: number;
}

export type LoopOrder =
  /** Bring in everything that the listing at this address names. */
  | { kind: 'import'; address: string; tenant: string }
  /** Go over these files, as many times as told. */
  | { kind: 'files'; files: string[]; times: number };

export interface LoopReport {
  pictures: number;
  /** Wall-clock time of each picture, where they are done one at a time. */
  eachMs?: number[];
}

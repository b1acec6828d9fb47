export const QUEUE = 'bench-grain';

/** What the worker is started with, as JSON in its argument list. */
export interface GrainSettings {
  address: string;
  scratchDir: string;
  decoders: number;
}

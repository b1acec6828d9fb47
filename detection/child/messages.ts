import type { FoundBox } from '../../domain/detector.ts';
import type { FailureType } from '../../domain/failures.ts';
import type { Manifest } from '../manifest.ts';

/** Parent to child. The next one is sent only after the answer to the last; the first one opens a model. */
export type Order =
  | { kind: 'open'; modelPath: string; manifest: Manifest; threads: number }
  /** @param picture absolute path of a picture that a decoding child of ours wrote */
  | { kind: 'detect'; picture: string };

/** What one picture took, in milliseconds. */
export interface Spent {
  decodeMs: number;
  inputMs: number;
  modelMs: number;
  outputMs: number;
}

/** Child to parent: once when it can take orders, then once per order. */
export type Answer = { kind: 'ready' } | Reply;

export type Reply =
  | { kind: 'opened' }
  | { kind: 'found'; boxes: FoundBox[]; spent: Spent; rssMib: number }
  | { kind: 'failure'; type: FailureType; message: string };

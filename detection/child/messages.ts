import type { Box } from '../../domain/detection.ts';
import type { FoundBox } from '../../domain/detector.ts';
import type { FailureType } from '../../domain/failures.ts';
import type { PictureFile } from '../detector.ts';
import type { Manifest } from '../manifest.ts';
import type { Provider, ProviderSetting } from '../providers.ts';

/** Where decoded pixels are kept when there is a box of one of these classes from this score on. */
export interface Keep {
  /** Absolute path of a file that is not there yet. */
  file: string;
  classes: readonly number[];
  from: number;
  /** Also where there is no box of any class from this score on. `null`: not then. */
  emptyBelow: number | null;
}

/** A picture for a detector. `picture`: absolute path of one that a decoding child of ours wrote. */
export interface Given {
  picture: string;
  keep: Keep | null;
}

/** Parent to child. The next one is sent only after the answer to the last; the first one opens a model. */
export type Order =
  | { kind: 'open'; modelPath: string; manifest: Manifest; threads: number; runOn: ProviderSetting }
  /** @param pictures not more than the model takes at once */
  | { kind: 'detect'; pictures: readonly Given[] }
  | { kind: 'classify'; picture: PictureFile; boxes: readonly Box[] };

/** What one picture took, in milliseconds; of several at once its share. */
export interface Spent {
  decodeMs: number;
  inputMs: number;
  modelMs: number;
  outputMs: number;
}

/** An answer of a classifier: index into its classes, and a score from 0 to 1. */
export interface ClassScore {
  classId: number;
  score: number;
}

/** What is in one picture, or what is wrong with its file. */
export type Found =
  /** `kept`: the pixels, where they were asked for and something was found. */
  | { ok: true; boxes: FoundBox[]; kept: PictureFile | null; spent: Spent }
  | { ok: false; type: FailureType; message: string };

/** How a model runs. */
export interface Opened {
  provider: Provider;
  /** Why it does not run on what comes before that. `null`: it does, or nothing does. */
  instead: string | null;
  /** Pictures that it takes at once. */
  batch: number;
}

/** Child to parent: once when it can take orders, then once per order. */
export type Answer = { kind: 'ready' } | Reply;

export type Reply =
  | ({ kind: 'opened' } & Opened)
  | { kind: 'found'; each: Found[]; rssMib: number }
  /** @param each the best answers for each box, best first */
  | { kind: 'classified'; each: ClassScore[][]; spent: Spent; rssMib: number }
  | { kind: 'failure'; type: FailureType; message: string };

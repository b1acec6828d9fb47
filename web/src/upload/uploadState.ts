/** As much of a `File` as the queue needs to know. */
export interface Sendable {
  readonly name: string;
  readonly size: number;
}

/** `away`: nobody took the file, but trying again may help. `refused`: it will not. */
export type SendOutcome =
  | { kind: 'stored' | 'duplicate'; assetId: number }
  /** An archive: its pictures are items of an import now. */
  | { kind: 'unpacking'; importId: string }
  | { kind: 'refused'; reason: string }
  | { kind: 'away'; reason: string; retryAfterMs?: number };

/** Sends one file. Resolves whatever happens; `onProgress` gets the share sent, 0–1. */
export type Send<F> = (
  file: F,
  onProgress: (share: number) => void,
  signal: AbortSignal,
) => Promise<SendOutcome>;

/** Resolves when a stored file has become an image, with `null`, or has not, with the reason. */
export type Settle = (assetId: number) => Promise<string | null>;

export interface SendingFile {
  id: number;
  name: string;
  size: number;
  /** 0–1; at 1 the bytes are there and the answer is awaited. */
  share: number;
}

export interface FailedFile {
  id: number;
  name: string;
  reason: string;
}

export interface UploadState {
  /** Files of this run, in any state. A run starts with files added to a queue at rest. */
  total: number;
  stored: number;
  duplicate: number;
  waiting: number;
  sending: readonly SendingFile[];
  /** Files that are stored and not yet known to be images that can be shown. */
  settling: number;
  /** Failures stay until they are tried again or dismissed, also those of earlier runs. */
  failed: readonly FailedFile[];
  bytesTotal: number;
  bytesSent: number;
  /** Why nothing is being sent just now; `null` when something is, or nothing has to be. */
  held: string | null;
  /** Somebody stopped it for now. */
  paused: boolean;
}

export interface UploadQueue<F> {
  get(): UploadState;
  subscribe(listener: () => void): () => void;
  add(files: readonly F[]): void;
  retry(ids: readonly number[]): void;
  dismissFailed(): void;
  /** Stops for now; what is being sent goes back to the head, and goes on from what has arrived. */
  pause(): void;
  goOn(): void;
  /** Forgets what waits and breaks off what is being sent. */
  cancel(): void;
}

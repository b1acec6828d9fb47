import type { FailureType } from '../../domain/failures.ts';
import type { DeriveJob, DeriveResult, RenderJob, RenderResult } from '../decoder.ts';

/** Parent to child. The next one is sent only after the answer to the last. */
export type Order = { kind: 'render'; job: RenderJob } | { kind: 'derive'; job: DeriveJob };

/** Child to parent: once when it can take orders, then once per order. */
export type Answer =
  | { kind: 'ready' }
  | { kind: 'result'; result: RenderResult | DeriveResult; rssMib: number; spent: boolean }
  /** Trouble that is not the picture's. */
  | { kind: 'failure'; type: FailureType; message: string };

import type { Schemas } from '../../../client/client.ts';
import { NO_ANSWER, problemFrom } from '../../../client/problem.ts';
import type { Session } from '../access/session.ts';
import type { Words } from '../words/english.ts';
import type { SendOutcome } from './uploadState.ts';

export interface SendDeps {
  session: Pick<Session, 'tenant' | 'headers'>;
  words: () => Words;
}

const LONGEST_PAUSE_MS = 60_000;
/** Somebody else sends the same upload, or it is elsewhere than we thought: passes. */
const PASSING = new Set([409, 423]);

/** What the answer to the last bytes says. */
export function outcomeOf(text: string, words: () => Words): SendOutcome {
  const result = parse(text) as Partial<Schemas['UploadResult'] & Schemas['ArchiveUploadResult']> | null;
  if (typeof result?.asset_id === 'number')
    return { kind: result.duplicate === true ? 'duplicate' : 'stored', assetId: result.asset_id };
  if (typeof result?.import_id === 'string') return { kind: 'unpacking', importId: result.import_id };
  return { kind: 'refused', reason: words().uploads.notUnderstood };
}

export function refusedBy(status: number, text: string, retryAfter: string | null | undefined): SendOutcome {
  const problem = problemFrom(status, parse(text));
  if (!problem.passing && !PASSING.has(status)) return { kind: 'refused', reason: problem.message };
  const seconds = Number(retryAfter ?? 0);
  const retryAfterMs = seconds > 0 ? Math.min(seconds * 1_000, LONGEST_PAUSE_MS) : 0;
  return { kind: 'away', reason: problem.message, retryAfterMs };
}

/** A file that was moved or changed after it was chosen looks to XMLHttpRequest like a broken network. */
export async function whyNoAnswer(file: File, words: () => Words): Promise<SendOutcome> {
  try {
    await file.slice(0, 1).arrayBuffer();
  } catch {
    return { kind: 'refused', reason: words().uploads.gone };
  }
  return { kind: 'away', reason: NO_ANSWER };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

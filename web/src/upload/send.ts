import { NO_ANSWER, problemFrom } from '../../../client/problem.ts';
import type { Session } from '../access/session.ts';
import type { UploadResult } from '../api/types.ts';
import { sendableName } from '../names/visible.ts';
import type { Words } from '../words/english.ts';
import type { SendOutcome } from './uploadState.ts';

/** Longest silence of an upload, in milliseconds. A large file may take any time as long as it moves. */
const SILENCE_MS = 120_000;
const LONGEST_PAUSE_MS = 60_000;

interface SendDeps {
  session: Pick<Session, 'tenant' | 'headers'>;
  words: () => Words;
}

/** One file to `POST /upload/`, by XMLHttpRequest: fetch does not tell how much of a body is sent. */
export function sendFile(
  { session, words }: SendDeps,
  file: File,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<SendOutcome> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    let silence: ReturnType<typeof setTimeout> | undefined;
    const heard = (): void => {
      clearTimeout(silence);
      silence = setTimeout(() => request.abort(), SILENCE_MS);
    };
    const stop = (): void => request.abort();
    signal.addEventListener('abort', stop, { once: true });

    request.upload.addEventListener('progress', (event) => {
      heard();
      if (event.total > 0) onProgress(event.loaded / event.total);
    });
    request.addEventListener('loadend', () => {
      clearTimeout(silence);
      signal.removeEventListener('abort', stop);
      if (request.status !== 0) resolve(judge(request, words));
      else void whyNoAnswer(file, words).then(resolve);
    });

    const form = new FormData();
    // The server stores the bytes as they arrive, so it must know whose they are before them.
    form.append('tenant_name', session.tenant());
    form.append('file', file, sendableName(file.name));
    request.open('POST', '/upload/');
    request.setRequestHeader('Accept', 'application/json');
    for (const [name, value] of Object.entries(session.headers())) request.setRequestHeader(name, value);
    request.send(form);
    heard();
  });
}

function judge(request: XMLHttpRequest, words: () => Words): SendOutcome {
  const body = parse(request.responseText);
  if (request.status >= 200 && request.status < 300) {
    const result = body as UploadResult | null;
    if (typeof result?.asset_id !== 'number')
      return { kind: 'refused', reason: words().uploads.notUnderstood };
    return { kind: result.duplicate ? 'duplicate' : 'stored', assetId: result.asset_id };
  }
  const problem = problemFrom(request.status, body);
  if (!problem.passing) return { kind: 'refused', reason: problem.message };
  const seconds = Number(request.getResponseHeader('Retry-After'));
  const retryAfterMs = seconds > 0 ? Math.min(seconds * 1_000, LONGEST_PAUSE_MS) : 0;
  return { kind: 'away', reason: problem.message, retryAfterMs };
}

/** A file that was moved or changed after it was chosen looks to XMLHttpRequest like a broken network. */
async function whyNoAnswer(file: File, words: () => Words): Promise<SendOutcome> {
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

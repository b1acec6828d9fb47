import { sendableName } from '../names/visible.ts';
import type { Words } from '../words/english.ts';
import { outcomeOf, refusedBy, type SendDeps, whyNoAnswer } from './answers.ts';
import type { SendOutcome } from './uploadState.ts';

/** Longest silence of an upload, in milliseconds. A large file may take any time as long as it moves. */
const SILENCE_MS = 120_000;

/** A small file to `POST /upload/`, by XMLHttpRequest: fetch does not tell how much of a body is sent. */
export function sendAtOnce(
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
  return request.status >= 200 && request.status < 300
    ? outcomeOf(request.responseText, words)
    : refusedBy(request.status, request.responseText, request.getResponseHeader('Retry-After'));
}

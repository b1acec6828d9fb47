import { DetailedError, Upload } from 'tus-js-client';
import { sendableName } from '../names/visible.ts';
import { outcomeOf, refusedBy, type SendDeps, whyNoAnswer } from './answers.ts';
import type { SendOutcome } from './uploadState.ts';

/**
 * A large file by tus: what has arrived stays, so a broken network, a pause, or this page closed and the same file
 * chosen again costs nothing that was sent. What is kept of it in the browser (the address of the upload) goes when
 * it is complete.
 */
export async function sendInPieces(
  { session, words }: SendDeps,
  file: File,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<SendOutcome> {
  let answer: (outcome: SendOutcome) => void = () => undefined;
  const answered = new Promise<SendOutcome>((resolve) => {
    answer = resolve;
  });
  const upload = new Upload(file, {
    endpoint: '/uploads/tus',
    metadata: { filename: sendableName(file.name), tenant_name: session.tenant() },
    // The queue knows when to try again, for all of its files at once.
    retryDelays: null,
    removeFingerprintOnSuccess: true,
    onBeforeRequest(request) {
      for (const [name, value] of Object.entries(session.headers())) request.setHeader(name, value);
    },
    onProgress: (sent, total) => onProgress(total === 0 ? 1 : sent / total),
    onSuccess: ({ lastResponse }) =>
      void resultOf(lastResponse.getBody(), lastResponse.getHeader('Upload-Result')),
    onError: (error) => void failed(error),
  });

  /** The last answer of a resumed upload may be to a HEAD: its result is in a header only, or asked for. */
  async function resultOf(body: string, header: string | undefined): Promise<void> {
    const given = body !== '' ? body : header;
    if (given !== undefined) return answer(outcomeOf(given, words));
    const response = await fetch(`${upload.url}/result`, { headers: session.headers() }).catch(() => null);
    if (response?.ok) answer(outcomeOf(await response.text(), words));
    else if (response === null) answer(await whyNoAnswer(file, words));
    else answer(refusedBy(response.status, await response.text(), response.headers.get('Retry-After')));
  }

  async function failed(error: Error): Promise<void> {
    const response = error instanceof DetailedError ? error.originalResponse : null;
    if (response == null || response.getStatus() === 0) answer(await whyNoAnswer(file, words));
    else answer(refusedBy(response.getStatus(), response.getBody(), response.getHeader('Retry-After')));
  }

  const stop = (): void => {
    void upload.abort().then(() => answer({ kind: 'away', reason: '' }));
  };
  signal.addEventListener('abort', stop, { once: true });
  const [earlier] = await upload.findPreviousUploads();
  if (earlier !== undefined) upload.resumeFromPreviousUpload(earlier);
  if (!signal.aborted) upload.start();
  return answered.finally(() => signal.removeEventListener('abort', stop));
}

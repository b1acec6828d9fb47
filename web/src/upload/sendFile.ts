import type { SendDeps } from './answers.ts';
import { isArchive } from './imageNames.ts';
import { sendAtOnce } from './sendAtOnce.ts';
import type { SendOutcome } from './uploadState.ts';

/** Below this, in bytes, sending a file again is cheaper than the questions of a resumable upload. */
const IN_PIECES_FROM = 2_000_000;

/** Sends one file in the way that suits it. */
export async function sendFile(
  deps: SendDeps,
  file: File,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<SendOutcome> {
  if (file.size < IN_PIECES_FROM && !isArchive(file)) return sendAtOnce(deps, file, onProgress, signal);
  const { sendInPieces } = await import('./sendInPieces.ts');
  return sendInPieces(deps, file, onProgress, signal);
}

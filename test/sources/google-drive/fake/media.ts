import fs from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { apiRefusal } from './refusals.ts';
import type { Entry, Tree } from './tree.ts';
import { type Asked, refuse } from './wire.ts';

/** How transfers of content go. */
export interface Wire {
  /** A transfer ends after so many bytes; `null`: at its end. */
  cutAfter: number | null;
  /** Bytes of content sent so far. */
  sent: number;
  /** Drive announces no length for some transfers. */
  chunked: boolean;
}

const BLOCK = 64 * 1024;

/** Why Drive does not give the bytes of an entry, to those who ask as they do. */
function refusalOf(entry: Entry, { url, as }: Asked) {
  if (entry.size === undefined) return apiRefusal('fileNotDownloadable');
  if (entry.mark.denied) return apiRefusal('insufficientFilePermissions');
  if (entry.mark.canDownload === false) return apiRefusal('cannotDownloadFile');
  const acknowledged = url.searchParams.get('acknowledgeAbuse') === 'true';
  // Drive accepts it for files that are flagged, and of their owners only; of all others it is not even read.
  if (acknowledged && as === 'account' && entry.mark.harmful === undefined) return apiRefusal('invalid');
  const owner = as === 'account' && acknowledged && entry.mark.harmful === 'owner';
  return entry.mark.harmful !== undefined && !owner ? apiRefusal('cannotDownloadAbusiveFile') : null;
}

/** `GET /drive/v3/files/<id>?alt=media`, and the download that people use. */
export async function sendBytes(tree: Tree, entry: Entry, wire: Wire, asked: Asked): Promise<void> {
  const { headers, response } = asked;
  const refusal = refusalOf(entry, asked);
  if (refusal !== null) return refuse(response, refusal);
  const file = await fs.open(tree.file(entry), 'r');
  try {
    const { size } = await file.stat();
    const range = /^bytes=(\d+)-$/.exec(headers.range ?? '');
    const from = range ? Number(range[1]) : 0;
    if (range && from >= size) {
      response.writeHead(416, { 'content-range': `bytes */${size}` });
      response.end();
      return;
    }
    // Whoever asks for the rest on a condition that Drive does not know gets the whole.
    const part = range !== null && headers['if-range'] === undefined;
    const start = part ? from : 0;
    response.writeHead(part ? 206 : 200, {
      'content-type': entry.mimeType,
      ...(wire.chunked ? {} : { 'content-length': size - start }),
      ...(part && { 'content-range': `bytes ${start}-${size - 1}/${size}` }),
      'last-modified': new Date(entry.modifiedTime).toUTCString(),
    });
    const end = wire.cutAfter === null ? size : Math.min(size, start + wire.cutAfter);
    async function* blocks() {
      for (let at = start; at < end; ) {
        const { buffer, bytesRead } = await file.read(
          Buffer.alloc(Math.min(BLOCK, end - at)),
          0,
          undefined,
          at,
        );
        if (bytesRead === 0) return;
        at += bytesRead;
        wire.sent += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    }
    // Whoever wants no more of it goes away, which is no trouble of ours.
    await pipeline(blocks, response, { end: false }).catch(() => {});
    // An end rather than a reset, which would throw away what the other side has not read yet.
    if (end < size) response.socket?.end();
    else response.end();
  } finally {
    await file.close();
  }
}

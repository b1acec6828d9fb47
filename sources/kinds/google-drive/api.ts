import { drive, type drive_v3, type MethodOptions } from '@googleapis/drive';
import type { Access } from './access.ts';
import { type Asking, ask, type Question, type Take, textTaker } from './ask.ts';
import type { Visitor } from './credentials.ts';
import { type Asked, driveFailure } from './faults.ts';
import { type Reference, resourceKeyHeader } from './ids.ts';
import { type Send, throughLibrary } from './library.ts';
import { PageTokenRefused } from './pageToken.ts';
import type { Refusal } from './refusal.ts';
import { type DriveFile, FIELDS, type FilePage, readFile, readPage } from './wire.ts';

export interface ListFolder {
  folder: Reference;
  pageToken: string | null;
  pageSize: number;
  asked: Asked;
}

/** The calls of Drive v3 that an import needs. All throw Failure, or the signal's reason. */
export interface DriveApi {
  by: Visitor;
  /** @throws PageTokenRefused when the token is too old. */
  list(what: ListFolder, signal: AbortSignal): Promise<FilePage>;
  get(file: Reference, asked: Asked, signal: AbortSignal): Promise<DriveFile>;
  /** @returns what Drive said instead of the bytes; `null`: they were taken. */
  download(what: DownloadFile, signal: AbortSignal, take: Take): Promise<Refusal | null>;
  close(): void;
}

export interface DownloadFile {
  file: Reference;
  headers: Record<string, string>;
  /** Says that somebody wants it although it is flagged as harmful. */
  acknowledgeAbuse: boolean;
  time: { leftMs: number };
}

/** @param link what the import started from; its key is shown with every request. */
export function createDriveApi(asking: Asking, root: URL, access: Access, link: Reference): DriveApi {
  const { files } = drive({ version: 'v3', rootUrl: root.href });

  /** What every call has in common. The library builds the request; it is sent, once, by our client. */
  function options(fetchImplementation: typeof fetch): MethodOptions & { responseType: 'json' } {
    return {
      fetchImplementation,
      retry: false,
      responseType: 'json',
      validateStatus: () => true,
    };
  }

  /** Sends one request; a second one when it was refused for an access token that had been good until then. */
  async function send(
    url: URL,
    file: Reference,
    signal: AbortSignal,
    more: Pick<Question, 'headers' | 'time'>,
    take: Take,
  ) {
    for (let again = true; ; again = false) {
      const give = await access.show(signal);
      const headers = { ...resourceKeyHeader([link, file]), ...more.headers };
      const question = { url, headers, credentials: { origin: root.origin, give }, signal, time: more.time };
      const refusal = await ask(asking, question, take);
      if (refusal?.status !== 401 || !access.refused(give) || !again) return refusal;
    }
  }

  /** Sends the request for an answer in JSON. */
  const sendForJson =
    (file: Reference, asked: Asked, signal: AbortSignal): Send =>
    async (url) => {
      const answer = textTaker();
      const time = { leftMs: asking.client.deadlines.listMs };
      const refusal = await send(url, file, signal, { time }, answer.take);
      if (refusal === null) return new Response(answer.text());
      if (refusal.status === 400 && refusal.location === 'pageToken') throw new PageTokenRefused();
      throw driveFailure(refusal, asked, access.by);
    };

  return {
    by: access.by,
    async list({ folder, pageToken, pageSize, asked }, signal) {
      const params: drive_v3.Params$Resource$Files$List = {
        q: `'${folder.id.replace(/[\\']/g, '\\$&')}' in parents and trashed=false`,
        pageSize,
        orderBy: 'folder,name',
        // Without both, what lies in a shared drive counts as absent.
        supportsAllDrives: true,
        includeItemsFromAllDrives: true,
        fields: FIELDS.page,
        ...(pageToken !== null && { pageToken }),
      };
      const { data } = await throughLibrary(sendForJson(folder, asked, signal), (fetchImplementation) =>
        files.list(params, options(fetchImplementation)),
      );
      return readPage(data);
    },
    async get(file, asked, signal) {
      const params = { fileId: file.id, supportsAllDrives: true, fields: FIELDS.file };
      const { data } = await throughLibrary(sendForJson(file, asked, signal), (fetchImplementation) =>
        files.get(params, options(fetchImplementation)),
      );
      return readFile(data);
    },
    async download({ file, headers, acknowledgeAbuse, time }, signal, take) {
      const params = {
        fileId: file.id,
        alt: 'media',
        supportsAllDrives: true,
        ...(acknowledgeAbuse && { acknowledgeAbuse }),
      };
      const seen: { refusal: Refusal | null } = { refusal: null };
      const sendForBytes: Send = async (url) => {
        seen.refusal = await send(url, file, signal, { headers, time }, take);
        // The bytes are where they belong already.
        return new Response(null, { status: 204 });
      };
      await throughLibrary(sendForBytes, (fetchImplementation) =>
        files.get(params, options(fetchImplementation)),
      );
      return seen.refusal;
    },
    close: access.close,
  };
}

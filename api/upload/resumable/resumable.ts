import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { Server } from '@tus/server';
import type { Request, Response } from 'express';
import type { Json } from '../../../sources/source.ts';
import {
  addResumableUpload,
  expireResumableUploads,
  findResumableUpload,
  openResumableUploads,
} from '../../../stores/resumableUploads.ts';
import { ensureTenant } from '../../../stores/tenants.ts';
import { namingOf } from '../../access/gate.ts';
import { nameTenant } from '../../access/tenantField.ts';
import type { UploadDeps } from '../../deps.ts';
import { Problem, sendProblem } from '../../problem.ts';
import { createJudges } from '../judge.ts';
import { refuseEarly } from '../refuseEarly.ts';
import { createFinish } from './finish.ts';
import { checkHeaders, readAbout, readChecksum, readMetadata, TUS_VERSION } from './headers.ts';
import { createLocker } from './locker.ts';
import type { Checksum } from './pieces.ts';
import { tusProblem } from './problem.ts';
import { createPieceStore, EXPIRY_HOURS, fileOf, sizeOf } from './store.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** A client that sends nothing for this long has gone; what it sent is kept and its upload free for another request. */
const SILENCE_MS = 30_000;
/** How long a request may still write after a newer one has asked for its upload. */
const DRAIN_MS = 1_000;

export const RESULT_HEADER = 'Upload-Result';

/** Uploads in pieces (tus 1.0.0), which go on after anything but the loss of the disk. */
export interface ResumableUploads {
  /** Answers OPTIONS, POST, HEAD, PATCH and DELETE of the protocol. */
  handle(req: Request, res: Response): Promise<void>;
  /** What the client of a complete upload was, or should have been, told. @throws Problem 404, 409 */
  result(id: string): Promise<Json>;
  /** Stores what is complete and waits, and forgets what expired. */
  tidy(): Promise<void>;
}

const asHeader = (result: Json): string =>
  // Anything that is not plain ASCII has no place in a header.
  JSON.stringify(result).replace(
    /[^\x20-\x7e]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

export function createResumableUploads(deps: UploadDeps): ResumableUploads {
  const { db, config, log } = deps;
  const dir = config.storage.uploadsDir;
  const judges = createJudges(deps.sniff);
  const finish = createFinish(deps, judges);
  const asked = new AsyncLocalStorage<{ req: Request; res: Response; checksum: Checksum | null }>();
  const here = () => {
    const found = asked.getStore();
    if (found === undefined) throw new Error('A tus request outside of its context.');
    return found;
  };
  const limitOf = (archive: boolean): number => (archive ? config.maxArchiveBytes : config.maxFileBytes);

  async function told(id: string) {
    const result = await finish(id);
    const headers = { 'Content-Type': 'application/json', [RESULT_HEADER]: asHeader(result) };
    return { status_code: 200, headers, body: JSON.stringify(result) };
  }

  const tus = new Server({
    path: '/uploads/tus',
    datastore: createPieceStore({ db, dir, judges, checksum: () => here().checksum }),
    locker: createLocker(db),
    lockDrainTimeout: DRAIN_MS,
    // As everywhere else: pages of other origins do not speak to us.
    allowedOrigins: () => false,
    namingFunction: () => randomUUID(),
    getFileIdFromRequest: (_req, last) => (last !== undefined && UUID.test(last) ? last : undefined),
    generateUrl: (_req, { id }) => `${config.publicUrl ?? ''}${here().req.baseUrl}/uploads/tus/${id}`,
    async maxSize(_req, id) {
      const { req } = here();
      if (req.method === 'POST') return limitOf(readAbout(readMetadata(req)).archive);
      const row = id === null ? null : await db.run((sql) => findResumableUpload(sql, id));
      return limitOf(row?.archive ?? true);
    },
    async onUploadCreate(_req, upload) {
      const metadata = upload.metadata ?? {};
      const about = readAbout(nameTenant(metadata, namingOf(here().res)));
      await db.tx(async (tx) => {
        const tenant = await ensureTenant(tx, about.tenantName);
        await addResumableUpload(tx, {
          id: upload.id,
          tenantId: tenant.id,
          name: about.name,
          archive: about.archive,
          metadata,
          bytes: upload.size ?? null,
        });
      });
      return {};
    },
    async onUploadFinish(_req, upload) {
      const { headers, body, status_code } = await told(upload.id);
      // The answer to a creation must say where the upload is.
      return here().req.method === 'POST' ? { headers, body } : { headers, body, status_code };
    },
    onResponseError(_req, error) {
      const { req, res } = here();
      const problem = tusProblem(error);
      if (problem === null) log.error({ err: error, method: req.method }, 'resumable upload failed');
      answer(req, res, problem ?? UNEXPECTED);
      // Answered already; this is what the library then tries to add to it.
      return { status_code: 204, body: '' };
    },
  });

  function answer(req: Request, res: Response, problem: Problem): void {
    if (res.headersSent) return;
    res.set('Tus-Resumable', TUS_VERSION);
    const { status } = problem.fields;
    if (status === 413 || status === 415) refuseEarly(req, problem);
    else sendProblem(res, problem);
  }

  /** An upload whose last answer was lost looks complete to its client: it must be stored before we say so. */
  async function completeFirst(id: string, res: Response): Promise<void> {
    const row = await db.run((sql) => findResumableUpload(sql, id));
    if (row === null || row.bytes === null) return;
    if (row.result === null && (await sizeOf(dir, id)) !== row.bytes) return;
    res.set(RESULT_HEADER, asHeader(await finish(id)));
  }

  return {
    async handle(req, res) {
      res.set('Cache-Control', 'no-store');
      if (req.method === 'OPTIONS') res.set('Tus-Checksum-Algorithm', 'sha1,sha256');
      await asked.run({ req, res, checksum: null }, async () => {
        try {
          if (req.method !== 'OPTIONS') checkHeaders(req);
          here().checksum = readChecksum(req);
          const id = String(req.params['id'] ?? '');
          if (req.method === 'HEAD' && UUID.test(id)) await completeFirst(id, res);
        } catch (error) {
          const problem = tusProblem(error);
          if (problem === null) throw error;
          answer(req, res, problem);
          return;
        }
        endSilence(req);
        await tus.handle(req, res);
      });
    },
    result: async (id) => {
      try {
        return await finish(id);
      } catch (error) {
        throw tusProblem(error) ?? error;
      }
    },
    async tidy() {
      for (const { id, bytes } of await db.run(openResumableUploads)) {
        const there = await sizeOf(dir, id).catch(() => null);
        if (there === null || there !== bytes) continue;
        await finish(id).catch((error: unknown) =>
          log.warn({ err: error, upload: id }, 'upload not stored yet'),
        );
      }
      const expired = await db.run((sql) => expireResumableUploads(sql, EXPIRY_HOURS));
      for (const id of expired) await rm(fileOf(dir, id), { force: true });
      await removeStray();
    },
  };

  /** Files whose row is gone: the process that removed it was killed in between. */
  async function removeStray(): Promise<void> {
    for (const name of await readdir(dir).catch(() => [])) {
      const found = await stat(fileOf(dir, name)).catch(() => null);
      if (found === null || Date.now() - found.mtimeMs < EXPIRY_HOURS * 3_600_000) continue;
      const row = UUID.test(name) ? await db.run((sql) => findResumableUpload(sql, name)) : null;
      if (row === null || row.result !== null) await rm(fileOf(dir, name), { force: true });
    }
  }
}

/** Cuts a request off whose body stops arriving, and leaves alone one whose body is complete. */
function endSilence(req: Request): void {
  const { socket } = req;
  const cut = (): void => {
    req.destroy();
  };
  const over = (): void => {
    socket.setTimeout(0);
    socket.off('timeout', cut);
  };
  socket.setTimeout(SILENCE_MS);
  socket.once('timeout', cut);
  req.once('end', over).once('close', over);
}

const UNEXPECTED = new Problem({
  status: 500,
  code: 'internal_error',
  title: 'Something unexpected went wrong',
  detail: 'Try again; if it stays, please report it with the request id.',
});

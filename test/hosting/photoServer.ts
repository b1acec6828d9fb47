import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface PhotoFile {
  bytes: Uint8Array;
  modifiedAt: Date;
}

/** A directory over HTTP (nginx's JSON index) whose files and manners a test changes while it is read. */
export interface PhotoServer {
  url: string;
  files: Map<string, PhotoFile>;
  /** User and password that are asked for; `null`: nobody is asked. */
  login: [string, string] | null;
  /** So many files are given before access is refused; `null`: all. */
  refuseAfter: number | null;
  /** Status that files are answered with. */
  broken: Map<string, number>;
  /** Milliseconds that each file takes. */
  delayMs: number;
  listings: number;
  /** Names in the order they were asked for. */
  asked: string[];
  /** How often a file was asked for. */
  tries(name: string): number;
  put(name: string, bytes: Uint8Array, modifiedAt?: Date): void;
  close(): Promise<void>;
}

const OLD = new Date('2021-05-31T08:25:38Z');

export async function startPhotoServer(
  files: Record<string, Uint8Array> = {},
  delayMs = 0,
): Promise<PhotoServer> {
  const permitted = (req: IncomingMessage) =>
    photos.login === null ||
    req.headers.authorization === `Basic ${Buffer.from(photos.login.join(':')).toString('base64')}`;

  const server = createServer(async (req, res) => {
    const name = decodeURIComponent(new URL(req.url ?? '/', 'http://x').pathname.slice(1));
    const deny = () => res.writeHead(401, { 'www-authenticate': 'Basic realm="photos"' }).end();
    if (!permitted(req)) {
      deny();
      return;
    }
    if (name === '') {
      photos.listings += 1;
      const entries = [...photos.files].map(([file, { bytes, modifiedAt }]) => ({
        name: file,
        type: 'file',
        mtime: modifiedAt.toUTCString(),
        size: bytes.length,
      }));
      res.setHeader('content-type', 'application/json').end(JSON.stringify(entries));
      return;
    }
    photos.asked.push(name);
    if (photos.refuseAfter !== null && photos.refuseAfter-- <= 0) {
      photos.refuseAfter = 0;
      deny();
      return;
    }
    await sleep(photos.delayMs);
    const file = photos.files.get(name);
    const status = photos.broken.get(name) ?? (file === undefined ? 404 : 200);
    if (status !== 200 || file === undefined) {
      res.writeHead(status).end();
      return;
    }
    res
      .writeHead(200, {
        'content-type': 'image/jpeg',
        'content-length': file.bytes.length,
        'last-modified': file.modifiedAt.toUTCString(),
      })
      .end(file.bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const photos: PhotoServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    files: new Map(Object.entries(files).map(([name, bytes]) => [name, { bytes, modifiedAt: OLD }])),
    login: null,
    refuseAfter: null,
    broken: new Map(),
    delayMs,
    listings: 0,
    asked: [],
    tries: (name) => photos.asked.filter((each) => each === name).length,
    put(name, bytes, modifiedAt = OLD) {
      photos.files.set(name, { bytes, modifiedAt });
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return photos;
}

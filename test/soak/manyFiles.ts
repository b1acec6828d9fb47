import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';

/** A directory of very many small pictures that are made as they are asked for. */
export interface ManyFiles {
  url: string;
  listings: number;
  heads: number;
  fetched: number;
  close(): Promise<void>;
}

/** A JPEG whose bytes no other number gives: the number stands in a comment (T.81, B.2.4.5). */
function numbered(jpeg: Buffer, number: number): Buffer {
  const text = Buffer.from(`picture ${number}`);
  const comment = Buffer.alloc(4 + text.length);
  comment.writeUInt16BE(0xfffe, 0);
  comment.writeUInt16BE(2 + text.length, 2);
  text.copy(comment, 4);
  return Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2)]);
}

export async function startManyFiles(count: number): Promise<ManyFiles> {
  const noise = Buffer.from(Array.from({ length: 160 * 120 * 3 }, (_, i) => (i * 7919) % 251));
  const jpeg = await sharp(noise, { raw: { width: 160, height: 120, channels: 3 } })
    .jpeg({ quality: 60 })
    .toBuffer();
  const name = (number: number) => `IMG_${String(number).padStart(6, '0')}.JPG`;
  const listing = JSON.stringify(
    Array.from({ length: count }, (_, number) => ({
      name: name(number),
      type: 'file',
      mtime: new Date(Date.UTC(2022, 0, 1) + number * 60_000).toUTCString(),
      size: numbered(jpeg, number).length,
    })),
  );
  const server = createServer((req, res) => {
    const number = /IMG_(\d+)\.JPG$/.exec(req.url ?? '')?.[1];
    if (number === undefined) {
      many.listings += 1;
      res.setHeader('content-type', 'application/json').end(listing);
      return;
    }
    if (req.method === 'HEAD') many.heads += 1;
    else many.fetched += 1;
    const bytes = numbered(jpeg, Number(number));
    res.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': bytes.length }).end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const many: ManyFiles = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    listings: 0,
    heads: 0,
    fetched: 0,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return many;
}

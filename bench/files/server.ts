/**
 * A web server whose directories are pictures, in a process of its own so that its work is nobody's on the scales.
 * `/<set>/<copies>/` lists each picture that many times, as nginx does with `autoindex_format json`; every copy has
 * bytes of its own (a comment in the JPEG says which) and costs the same to decode.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { commented } from './jpegComment.ts';

/** Name of each set and its files, as JSON in the argument list. */
const sets = new Map(
  Object.entries(JSON.parse(process.argv[2] ?? '{}') as Record<string, string[]>).map(([name, files]) => [
    name,
    files.map((file) => ({ name: path.basename(file), bytes: readFileSync(file) })),
  ]),
);
const MODIFIED = new Date(Date.UTC(2024, 4, 6, 7, 8, 9)).toUTCString();
const LENGTH_OF_COMMENT = commented(Buffer.alloc(2), '0000').reduce((total, part) => total + part.length, -2);

function listing(set: string, copies: number): string {
  const pictures = sets.get(set) ?? [];
  return JSON.stringify(
    Array.from({ length: copies }, (_, copy) =>
      pictures.map(({ name, bytes }) => ({
        name: `${String(copy).padStart(4, '0')}-${name}`,
        type: 'file',
        mtime: MODIFIED,
        size: bytes.length + LENGTH_OF_COMMENT,
      })),
    ).flat(),
  );
}

const server = createServer((request, response) => {
  const [, set = '', copies = '', file = ''] = (request.url ?? '').split('/');
  if (file === '') {
    response.setHeader('Content-Type', 'application/json');
    response.end(listing(set, Number(copies)));
    return;
  }
  const copy = file.slice(0, 4);
  const picture = sets.get(set)?.find(({ name }) => name === file.slice(5));
  if (picture === undefined) {
    response.statusCode = 404;
    response.end();
    return;
  }
  const parts = commented(picture.bytes, copy);
  response.setHeader('Content-Type', 'image/jpeg');
  response.setHeader('Content-Length', picture.bytes.length + LENGTH_OF_COMMENT);
  response.setHeader('Last-Modified', MODIFIED);
  for (const part of parts) response.write(part);
  response.end();
});

process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));

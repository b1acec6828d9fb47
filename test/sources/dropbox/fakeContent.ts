import { createReadStream } from 'node:fs';
import fs from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Answered, plain, refuse } from './fakeAnswers.ts';
import { below, type FakeLinks, linkMetadata, openLink } from './fakeLinks.ts';
import { describe } from './fakeTree.ts';

interface Content {
  full: string;
  metadata: Record<string, unknown>;
}

/** `sharing/get_shared_link_file`. A file that is not there is a link that is not there: it knows no other word. */
export async function linkedContent(
  root: string,
  links: FakeLinks,
  arg: Record<string, unknown>,
): Promise<Content> {
  const open = openLink(links, arg['url'], arg['link_password']);
  const inner = arg['path'] === undefined ? '' : path.relative('/', below('/', arg['path']));
  const directory = path.join(open.directory, inner);
  const full = path.join(root, directory);
  const stats = await fs.stat(full).catch(() => refuse('shared_link_not_found'));
  if (stats.isDirectory()) refuse('shared_link_is_directory');
  return { full, metadata: await linkMetadata(root, { link: open.link, directory }, String(arg['url'])) };
}

/** `files/download` */
export async function ownContent(root: string, arg: Record<string, unknown>): Promise<Content> {
  const full = below(root, arg['path']);
  const stats = await fs.stat(full).catch(() => refuse('path/not_found'));
  if (stats.isDirectory()) refuse('path/not_file');
  const { '.tag': _, ...metadata } = await describe(full, String(arg['path']));
  return { full, metadata };
}

const ascii = (value: unknown) =>
  JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** The bytes, or those from where the client asks on. */
export async function sendContent(
  request: IncomingMessage,
  response: ServerResponse,
  { full, metadata }: Content,
): Promise<void> {
  const { size } = await fs.stat(full);
  const asked = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
  const from = Number(asked?.[1] ?? 0);
  if (asked && from >= size) throw new Answered(plain(416, 'range not satisfiable'));
  response.writeHead(asked ? 206 : 200, {
    'content-type': 'application/octet-stream',
    'content-length': size - from,
    'accept-ranges': 'bytes',
    etag: `W/"${String(metadata['rev'])}"`,
    'dropbox-api-result': ascii(metadata),
    ...(asked && { 'content-range': `bytes ${from}-${size - 1}/${size}` }),
  });
  // A client that goes away ends it.
  await pipeline(createReadStream(full, { start: from }), response).catch(() => {});
}

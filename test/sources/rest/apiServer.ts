import { createReadStream } from 'node:fs';
import fs from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Json } from '../../../sources/source.ts';

/** How an API goes from page to page; the settings that describe it are in `DESCRIPTIONS`. */
export type Paging = 'none' | 'link-header' | 'body' | 'cursor' | 'page' | 'offset';

const FIELDS = {
  url: 'links.file',
  id: 'path',
  name: 'attributes.file_name',
  size: 'attributes.bytes',
  modified: 'attributes.changed',
};

export const DESCRIPTIONS: Record<Paging, { [name: string]: Json }> = {
  none: { items: 'data.files', fields: FIELDS },
  'link-header': { items: '', fields: { ...FIELDS, url: '/files/{+full}' }, next: { type: 'link-header' } },
  body: { items: '/data/files', fields: FIELDS, next: { type: 'body', path: 'links.next' } },
  cursor: {
    items: 'data.files',
    fields: FIELDS,
    next: { type: 'cursor', path: 'meta.next_cursor', parameter: 'cursor' },
  },
  page: {
    items: 'data.files',
    fields: FIELDS,
    next: { type: 'page', parameter: 'page', size_parameter: 'per_page', size: 400 },
  },
  offset: {
    items: 'data.files',
    fields: FIELDS,
    next: { type: 'offset', parameter: 'offset', size_parameter: 'limit', size: 700 },
  },
};

const PAGE_SIZE = 500;

export interface ApiServer {
  port: number;
  /** The next so many requests are refused because there were too many. */
  throttle(times: number): void;
  close(): Promise<void>;
}

/** A directory as a JSON API, at `/api/<paging>?below=<path>`, with its files at `/files/<path>`. */
export async function startApiServer(root: string, token: string): Promise<ApiServer> {
  let throttled = 0;

  async function filesBelow(below: string): Promise<Json[]> {
    const base = path.join(root, below);
    const entries = await fs.readdir(base, { recursive: true, withFileTypes: true });
    const files = await Promise.all(
      entries
        .filter((entry) => entry.isFile())
        .map(async (entry) => {
          const full = path.join(entry.parentPath, entry.name);
          const { size, mtime } = await fs.stat(full);
          const from = (start: string) => path.relative(start, full);
          return {
            path: from(base),
            full: from(root),
            links: { file: `../files/${from(root).split('/').map(encodeURIComponent).join('/')}` },
            attributes: { file_name: entry.name, bytes: size, changed: mtime.toISOString() },
          };
        }),
    );
    return files.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  async function api(url: URL, paging: Paging, response: http.ServerResponse): Promise<void> {
    const query = url.searchParams;
    const files = await filesBelow(query.get('below') ?? '');
    const number = (name: string, otherwise: number) => Number(query.get(name) ?? otherwise);
    const size = paging === 'none' ? files.length : number('per_page', number('limit', PAGE_SIZE));
    const token = query.get('cursor') ?? query.get('from');
    const from =
      paging === 'page'
        ? (number('page', 1) - 1) * size
        : paging === 'offset'
          ? number('offset', 0)
          : Number(Buffer.from(token ?? '', 'base64url').toString() || 0);
    const page = files.slice(from, from + size);
    const more = from + size < files.length ? Buffer.from(String(from + size)).toString('base64url') : null;
    const next =
      more === null
        ? null
        : `${url.pathname}?below=${encodeURIComponent(query.get('below') ?? '')}&from=${more}`;
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    if (paging === 'link-header' && next)
      headers['link'] = `<${url.pathname}>; rel="first", <${next}>; rel="next"`;
    const body =
      paging === 'link-header'
        ? page
        : {
            links: { next: paging === 'body' ? next : null },
            data: { total: files.length, files: page },
            meta: { next_cursor: more },
          };
    response.writeHead(200, headers).end(JSON.stringify(body));
  }

  async function file(
    below: string,
    request: http.IncomingMessage,
    response: http.ServerResponse,
  ): Promise<void> {
    const full = path.join(root, below);
    const { size, mtime } = await fs.stat(full);
    const etag = `"${mtime.getTime().toString(16)}-${size.toString(16)}"`;
    const headers = { etag, 'accept-ranges': 'bytes', 'last-modified': mtime.toUTCString() };
    const asked = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
    const from = asked && request.headers['if-range'] === etag ? Number(asked[1]) : 0;
    response.writeHead(from > 0 ? 206 : 200, {
      ...headers,
      'content-length': size - from,
      ...(from > 0 && { 'content-range': `bytes ${from}-${size - 1}/${size}` }),
    });
    if (request.method === 'HEAD') response.end();
    else await pipeline(createReadStream(full, { start: from }), response).catch(() => response.destroy());
  }

  const server = http.createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const refuse = (status: number, headers: Record<string, string> = {}) =>
      void response.writeHead(status, headers).end();
    if (throttled > 0) {
      throttled--;
      refuse(429, { 'retry-after': '2' });
      return;
    }
    if (request.headers.authorization !== `Bearer ${token}`) {
      refuse(401, { 'www-authenticate': 'Bearer' });
      return;
    }
    const [, room, ...rest] = url.pathname.split('/');
    const work =
      room === 'api'
        ? api(url, rest[0] as Paging, response)
        : file(rest.map(decodeURIComponent).join('/'), request, response);
    work.catch((error: NodeJS.ErrnoException) => refuse(error.code === 'ENOENT' ? 404 : 500));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    throttle(times) {
      throttled = times;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

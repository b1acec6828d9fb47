import { onlyFields } from './fields.ts';
import { apiRefusal } from './refusals.ts';
import type { Entry, Tree } from './tree.ts';
import { type Asked, answerJson, fileOf, isVisible, refuse } from './wire.ts';

/** How pages come out. */
export interface Paging {
  /** Files on a page at most, whatever was asked for; Drive may always send fewer. */
  atMost: number;
  /** Pages without files that come before each page. */
  emptyPages: number;
  incompleteSearch: boolean;
  /** Tokens that were given out before are no longer known. */
  forgetTokens(): void;
  generation: number;
}

interface Token {
  q: string;
  offset: number;
  empty: number;
  generation: number;
}

const isFolder = (entry: Entry) => entry.mimeType.endsWith('.folder');
const byFolderAndName = (a: Entry, b: Entry) =>
  Number(isFolder(b)) - Number(isFolder(a)) ||
  (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id < b.id ? -1 : 1);

const unquote = (text: string) => text.replace(/\\(['\\])/g, '$1');

/** `GET /drive/v3/files` */
export async function listFiles(tree: Tree, paging: Paging, asked: Asked): Promise<void> {
  const { url, response, as } = asked;
  const q = url.searchParams.get('q') ?? '';
  const parent = /^'((?:[^'\\]|\\['\\])*)' in parents and trashed ?= ?false$/.exec(q)?.[1];
  if (parent === undefined) {
    // With a key alone, only what lies in a known folder can be looked for.
    return refuse(
      response,
      as === 'key' && /name/.test(q)
        ? apiRefusal('insufficientFilePermissions')
        : apiRefusal('invalid', { location: 'q' }),
    );
  }
  const at = tree.pathOf(unquote(parent));
  const folder = at === null ? null : await tree.look(at);
  if (folder === null || !isVisible(folder, asked))
    return refuse(response, apiRefusal('notFound', { location: 'fileId' }));
  if (folder.mark.denied) return refuse(response, apiRefusal('insufficientFilePermissions'));

  let token: Token = { q, offset: 0, empty: paging.emptyPages, generation: paging.generation };
  const given = url.searchParams.get('pageToken');
  if (given !== null) {
    token = JSON.parse(Buffer.from(given, 'base64url').toString()) as Token;
    if (token.q !== q || token.generation !== paging.generation) {
      return refuse(response, apiRefusal('invalid', { location: 'pageToken' }));
    }
  }
  const fields = url.searchParams.get('fields') ?? 'nextPageToken,files(id,name,mimeType)';
  const most = /permissions/.test(fields) ? 100 : 1_000;
  const size = Math.min(Number(url.searchParams.get('pageSize') ?? 100), most, paging.atMost);
  const all = (await tree.children(folder.path))
    .filter(
      (entry) => !entry.mark.inSharedDrive || url.searchParams.get('includeItemsFromAllDrives') === 'true',
    )
    .sort(byFolderAndName);
  const some = token.empty > 0 ? [] : all.slice(token.offset, token.offset + size);
  const offset = token.offset + some.length;
  const next: Token | null =
    token.empty > 0
      ? { ...token, empty: token.empty - 1 }
      : offset < all.length
        ? { ...token, offset, empty: paging.emptyPages }
        : null;
  const page = {
    kind: 'drive#fileList',
    incompleteSearch: paging.incompleteSearch,
    files: await Promise.all(some.map((entry) => fileOf(tree, entry))),
    ...(next && { nextPageToken: Buffer.from(JSON.stringify(next)).toString('base64url') }),
  };
  answerJson(response, onlyFields(page, fields));
}

/** `GET /drive/v3/files/<id>` without `alt=media` */
export async function getFile(tree: Tree, entry: Entry, { url, response }: Asked): Promise<void> {
  const fields = url.searchParams.get('fields') ?? 'kind,id,name,mimeType';
  answerJson(response, onlyFields(await fileOf(tree, entry), fields));
}

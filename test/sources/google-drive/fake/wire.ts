import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { Refusal } from './refusals.ts';
import type { Entry, Tree } from './tree.ts';

/** One request, read. */
export interface Asked {
  method: string;
  url: URL;
  headers: IncomingHttpHeaders;
  body: string;
  response: ServerResponse;
  /** Who asks: somebody signed in, or somebody with a key only. */
  as: 'account' | 'key' | 'nobody';
}

export function refuse(response: ServerResponse, { status, headers, body, type }: Refusal): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body), ...headers });
  response.end(body);
}

export function answerJson(response: ServerResponse, value: unknown): void {
  refuse(response, { status: 200, type: 'application/json; charset=UTF-8', body: JSON.stringify(value) });
}

/** Whether an entry exists for those who ask, by resource key and kind of drive. */
export function isVisible(entry: Entry, { url, headers }: Asked): boolean {
  const { resourceKey, inSharedDrive } = entry.mark;
  if (inSharedDrive && url.searchParams.get('supportsAllDrives') !== 'true') return false;
  if (resourceKey === undefined) return true;
  const shown = `${headers['x-goog-drive-resource-keys'] ?? ''}`.split(',');
  return (
    shown.includes(`${entry.id}/${resourceKey}`) ||
    (url.searchParams.get('id') === entry.id && url.searchParams.get('resourcekey') === resourceKey)
  );
}

/** A `File` of Drive v3. */
export async function fileOf(tree: Tree, entry: Entry): Promise<Record<string, unknown>> {
  const { id, name, mimeType, mark, size, modifiedTime, targetPath } = entry;
  const file: Record<string, unknown> = {
    kind: 'drive#file',
    id,
    name,
    mimeType,
    modifiedTime,
    trashed: mark.trashed === true,
    capabilities: { canDownload: mark.canDownload !== false, canEdit: false },
    ...(mark.resourceKey && { resourceKey: mark.resourceKey }),
  };
  if (size !== undefined) {
    file['size'] = String(size);
    if (!mark.noHashes) {
      const { md5, sha256 } = await tree.hashes(entry);
      Object.assign(file, { md5Checksum: md5, sha256Checksum: sha256 });
    }
  }
  if (targetPath !== undefined) {
    const target = await tree.look(targetPath);
    file['shortcutDetails'] = {
      targetId: tree.idOf(targetPath),
      targetMimeType: target?.mimeType ?? 'image/jpeg',
      ...(target?.mark.resourceKey && { targetResourceKey: target.mark.resourceKey }),
    };
  }
  return file;
}

import { Failure } from '../../../domain/failures.ts';
import type { SourceItem } from '../../source.ts';
import type { DriveApi } from './api.ts';
import { createSeen, type DriveCursor } from './cursor.ts';
import type { Reference } from './ids.ts';
import { itemOf, skippedItem } from './items.ts';
import { findTargets } from './shortcuts.ts';
import { type DriveFile, isFolder, isShortcut } from './wire.ts';

/**
 * What the address means, which its form does not tell for sure: a folder to walk from here, or one file.
 * @throws Failure `source_not_found`, `auth_failed`
 */
export async function startOf(
  api: DriveApi,
  link: Reference,
  signal: AbortSignal,
): Promise<DriveCursor | SourceItem> {
  const root = { id: link.id, resourceKey: link.resourceKey };
  const entry = await api.get(root, 'root', signal);
  if (entry.trashed) throw new Failure('source_not_found', 'It is in the trash of Google Drive.');
  let found: DriveFile | null = { ...entry, resourceKey: entry.resourceKey ?? root.resourceKey };
  if (isShortcut(entry.mimeType)) {
    const to = entry.shortcutDetails;
    const target = { id: to?.targetId ?? '', resourceKey: to?.targetResourceKey ?? null };
    found = to
      ? ((await findTargets(api, [{ ...entry, path: '', depth: 0, target }], signal))[0] ?? null)
      : null;
  }
  if (found === null) return skippedItem(entry, '', 'dangling_link');
  if (!isFolder(found.mimeType)) return itemOf(entry, found, '');
  const { id, resourceKey } = found;
  const seen = createSeen('');
  seen.add(id);
  return {
    pending: [{ id, resourceKey, path: '', depth: 0 }],
    page: null,
    shortcuts: [],
    restarts: 0,
    seen: seen.text(),
  };
}

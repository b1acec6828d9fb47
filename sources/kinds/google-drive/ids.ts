/** Ids are opaque; all known ones have 19 to 44 characters of the URL-safe base64 alphabet. */
export const ID = /^[A-Za-z0-9_-]{10,128}$/;

/** Part of a link that was made before September 2021, without which the item counts as absent. */
export const KEY = /^[A-Za-z0-9_-]{1,128}$/;

/** Something on Drive, and what its owner's old link asks for beside the id. */
export interface Reference {
  id: string;
  resourceKey: string | null;
}

/** The header that shows resource keys (developers.google.com/workspace/drive/api/guides/resource-keys). */
export function resourceKeyHeader(references: readonly Reference[]): Record<string, string> {
  const pairs = new Set(
    references.flatMap(({ id, resourceKey }) => (resourceKey === null ? [] : [`${id}/${resourceKey}`])),
  );
  return pairs.size === 0 ? {} : { 'x-goog-drive-resource-keys': [...pairs].join(',') };
}

import { randomBytes } from 'node:crypto';

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
/** What is made on the fly of a preset has a longer name than the preset. */
const PRESET = '[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?';
const KEY = new RegExp(
  `^${UUID}/${UUID}/(original|archive|${PRESET}-[0-9]{1,9}(\\.[0-9a-f]{12})?\\.[a-z0-9]{3,4})$`,
);

const INCOMING = new RegExp(`^incoming/${UUID}/${UUID}$`);

/** `<tenant uuid>/<asset uuid>/original` */
export function originalKey(tenantId: string, assetUid: string): string {
  return `${assetPrefix(tenantId, assetUid)}original`;
}

/** `<tenant uuid>/<asset uuid>/<preset>-<preset version>.<extension>` */
export function renditionKey(
  tenantId: string,
  assetUid: string,
  rendition: { preset: string; version: number; extension: string },
): string {
  const { preset, version, extension } = rendition;
  return `${assetPrefix(tenantId, assetUid)}${preset}-${version}.${extension}`;
}

/**
 * The same with twelve random hex digits before the extension, for what is made of an asset that people may be looking
 * at: a key that was never used before never changes what an address shows.
 */
export function madeKey(
  tenantId: string,
  assetUid: string,
  rendition: { preset: string; version: number; extension: string },
): string {
  const extension = `${randomBytes(6).toString('hex')}.${rendition.extension}`;
  return renditionKey(tenantId, assetUid, { ...rendition, extension });
}

/** `<tenant uuid>/<archive uuid>/archive` */
export function archiveKey(tenantId: string, archiveId: string): string {
  return `${assetPrefix(tenantId, archiveId)}archive`;
}

/** `<tenant uuid>/<export uuid>/part-<number>.<12 hex digits>.json`, a key that was never used before. */
export function exportPartKey(tenantId: string, exportId: string, part: number): string {
  return madeKey(tenantId, exportId, { preset: 'part', version: part, extension: 'json' });
}

/** The same for its file: `export-1.<12 hex digits>.<extension>` */
export function exportFileKey(tenantId: string, exportId: string, extension: string): string {
  return madeKey(tenantId, exportId, { preset: 'export', version: 1, extension });
}

/** `<tenant uuid>/<file uuid>/detections-1.<12 hex digits>.json` */
export function detectionFileKey(tenantId: string, fileId: string): string {
  return madeKey(tenantId, fileId, { preset: 'detections', version: 1, extension: 'json' });
}

/** `<tenant uuid>/<comparison uuid>/difference-1.png` */
export function differenceKey(tenantId: string, comparisonId: string): string {
  return `${assetPrefix(tenantId, comparisonId)}difference-1.png`;
}

/** Everything of one asset lies under this prefix. */
export function assetPrefix(tenantId: string, assetUid: string): string {
  return `${tenantId}/${assetUid}/`;
}

/** `incoming/<tenant uuid>/<upload uuid>`: what a client puts into the store itself, until it is looked at. */
export function incomingKey(tenantId: string, uploadId: string): string {
  return `incoming/${tenantId}/${uploadId}`;
}

/** Guards the stores against a key built from anything but our own ids. @throws TypeError */
export function assertKey(key: string): void {
  if (!KEY.test(key) && !INCOMING.test(key))
    throw new TypeError('Object keys are built from UUIDs and presets only.');
}

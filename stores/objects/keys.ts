const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const KEY = new RegExp(`^${UUID}/${UUID}/(original|[a-z0-9]{1,32}-[0-9]{1,9}\\.[a-z0-9]{3,4})$`);

/** `<tenant uuid>/<asset uuid>/original` */
export function originalKey(tenantId: string, assetUid: string): string {
  return `${assetPrefix(tenantId, assetUid)}original`;
}

/** `<tenant uuid>/<asset uuid>/<preset>-<preset version>.jpg` */
export function renditionKey(tenantId: string, assetUid: string, preset: string, version: number): string {
  return `${assetPrefix(tenantId, assetUid)}${preset}-${version}.jpg`;
}

/** `<tenant uuid>/<comparison uuid>/difference-1.png` */
export function differenceKey(tenantId: string, comparisonId: string): string {
  return `${assetPrefix(tenantId, comparisonId)}difference-1.png`;
}

/** Everything of one asset lies under this prefix. */
export function assetPrefix(tenantId: string, assetUid: string): string {
  return `${tenantId}/${assetUid}/`;
}

/** Guards the stores against a key built from anything but our own ids. @throws TypeError */
export function assertKey(key: string): void {
  if (!KEY.test(key)) throw new TypeError('Object keys are built from UUIDs and presets only.');
}

const LENGTH = { sha256: 32, md5: 16 } as const;

/** A hash as APIs write it, in hexadecimal or Base64, as lower-case hex. `undefined`: not such a hash. */
export function announcedHash(value: unknown, name: keyof typeof LENGTH): string | undefined {
  if (typeof value !== 'string') return undefined;
  const bytes = LENGTH[name];
  if (value.length === 2 * bytes && /^[0-9a-f]+$/i.test(value)) return value.toLowerCase();
  if (!/^[A-Za-z0-9+/_-]{22,44}={0,2}$/.test(value)) return undefined;
  const decoded = Buffer.from(value, 'base64');
  return decoded.length === bytes ? decoded.toString('hex') : undefined;
}

import { thumbHashToApproximateAspectRatio, thumbHashToDataURL } from 'thumbhash';

/** Placeholders are some kilobytes each as data URLs; those near the screen are enough. */
const KEPT = 400;
const kept = new Map<string, string | null>();

/** A blurred picture to stand in until the real one is here, as a `data:` URL; `null` when the hash is no hash. */
export function placeholderUrl(thumbhash: string): string | null {
  const known = kept.get(thumbhash);
  if (known !== undefined) return known;
  const url = decode(thumbhash, thumbHashToDataURL);
  const oldest = kept.keys().next();
  if (kept.size >= KEPT && oldest.done !== true) kept.delete(oldest.value);
  kept.set(thumbhash, url);
  return url;
}

/** Width divided by height, roughly, for a picture whose size is not known. */
export function placeholderAspect(thumbhash: string): number | null {
  return decode(thumbhash, thumbHashToApproximateAspectRatio);
}

function decode<T>(thumbhash: string, how: (hash: Uint8Array) => T): T | null {
  try {
    return how(Uint8Array.from(atob(thumbhash), (char) => char.charCodeAt(0)));
  } catch {
    return null;
  }
}

import { addressOfPage } from '../layout/places.ts';

/** The library with one image open; what else the address says stays. */
export function imageAddress(id: number, search = ''): string {
  const params = new URLSearchParams(search);
  params.set('image', String(id));
  return addressOfPage(`library?${params}`);
}

/** The same with none open. */
export function withoutImage(search: string): string {
  const params = new URLSearchParams(search);
  params.delete('image');
  return params.size === 0 ? addressOfPage('library') : addressOfPage(`library?${params}`);
}

/** The library, showing what a filter means. */
export function libraryAddress(filters: Readonly<Record<string, string>> = {}): string {
  const params = new URLSearchParams(filters);
  return params.size === 0 ? addressOfPage('library') : addressOfPage(`library?${params}`);
}

export const compareAddress = (a: number, b?: number): string =>
  addressOfPage(b === undefined ? `compare?a=${a}` : `compare?a=${a}&b=${b}`);

/** The image that an address opens; `null` when it opens none. */
export function openImage(params: URLSearchParams): number | null {
  const text = params.get('image') ?? '';
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null;
}

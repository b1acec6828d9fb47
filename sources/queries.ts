/** The name of one part of a query (`name=value`), decoded. What cannot be decoded is its own name. */
function nameOf(part: string): string {
  const name = part.split('=', 1)[0]?.replaceAll('+', ' ') ?? '';
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** The parts of `?a=1&b` as they are written. URLSearchParams would spell them anew, and signatures depend on that. */
const partsOf = (search: string): string[] => search.replace(/^\?/, '').split('&').filter(Boolean);

const join = (parts: readonly string[]): string => (parts.length === 0 ? '' : `?${parts.join('&')}`);

export function parameterNames(url: URL): string[] {
  return partsOf(url.search).map(nameOf);
}

export function withoutParameters(url: URL, unwanted: (name: string) => boolean): URL {
  const result = new URL(url);
  result.search = join(partsOf(url.search).filter((part) => !unwanted(nameOf(part))));
  return result;
}

/** Sets a parameter; the others keep their places and their spelling. */
export function withParameter(url: URL, name: string, value: string): URL {
  const result = new URL(url);
  const part = `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
  const parts = partsOf(url.search);
  const at = parts.findIndex((each) => nameOf(each) === name);
  const others = parts.filter((each) => nameOf(each) !== name);
  result.search = join(at === -1 ? [...others, part] : [...others.slice(0, at), part, ...others.slice(at)]);
  return result;
}

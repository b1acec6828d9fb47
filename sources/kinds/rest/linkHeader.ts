const MAX_HEADER = 16 * 1024;

/** One link: its target, and its parameters up to the comma that no quotes stand around. */
const LINK = /<([^<>]{0,4096})>((?:[^,"<]|"(?:[^"\\]|\\.)*")*)/g;
const REL = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))/i;

/** The target of the link to the next page (RFC 8288 §3). */
export function nextLink(header: string | undefined): string | null {
  if (header === undefined || header.length > MAX_HEADER) return null;
  for (const [, target, parameters = ''] of header.matchAll(LINK)) {
    const rel = REL.exec(parameters);
    const relations = (rel?.[1] ?? rel?.[2] ?? '').toLowerCase().split(/\s+/);
    if (relations.includes('next') && target) return target;
  }
  return null;
}

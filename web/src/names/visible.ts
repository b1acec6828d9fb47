/** A run of a name: plain text, or one character that would not be seen (or would lie) if it were printed. */
export type NamePart = { text: string } | { sign: string; codePoint: number };

/**
 * Characters that change how others are shown, or that are not shown at all: C0 and C1 controls, line and
 * paragraph separators, the bidirectional marks, embeddings, overrides and isolates of UAX #9, zero-width
 * spaces, tags, lone surrogates. The joiners U+200C and U+200D stay: scripts and emoji need them.
 */
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|\p{Cs}/gu;

/** Cuts a name of any origin into what can be printed as it is and what needs a sign in its place. */
export function nameParts(name: string): NamePart[] {
  const parts: NamePart[] = [];
  let from = 0;
  for (const match of name.matchAll(UNSEEN)) {
    if (match.index > from) parts.push({ text: name.slice(from, match.index) });
    const codePoint = match[0].codePointAt(0) ?? 0xfffd;
    parts.push({ sign: signOf(codePoint), codePoint });
    from = match.index + match[0].length;
  }
  if (from < name.length) parts.push({ text: name.slice(from) });
  return parts;
}

/** The same as one string, for attributes and announcements. */
export function visibleText(name: string): string {
  return nameParts(name)
    .map((part) => ('text' in part ? part.text : part.sign))
    .join('');
}

/**
 * The name to send a file under. A multipart header cannot carry control characters, and a server that finds one
 * refuses the file: their pictures stand in for them.
 */
export function sendableName(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return name.replaceAll(/[\u0000-\u001f\u007f]/g, (char) => signOf(char.charCodeAt(0)));
}

/** Unicode's own pictures for C0 (U+2400…) and DEL; the code point for all others. */
function signOf(codePoint: number): string {
  if (codePoint < 0x20) return String.fromCodePoint(0x2400 + codePoint);
  if (codePoint === 0x7f) return '\u2421';
  return `[U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}]`;
}

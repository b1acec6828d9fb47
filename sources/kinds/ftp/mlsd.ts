import { bytesIn, type FtpLine } from './line.ts';

/** `YYYYMMDDHHMMSS[.sss]` in UTC, RFC 3659 §2.3; `null`: something else. */
export function parseMlsTime(text: string): Date | null {
  const parts = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(?:\.(\d{1,3})\d*)?$/.exec(text);
  if (parts === null) return null;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number);
  const ms = Number((parts[7] ?? '').padEnd(3, '0'));
  const time = Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute, second, ms);
  return Number.isNaN(time) ? null : new Date(time);
}

/**
 * A line of MLSD: facts, one space, the name to the end of the line, RFC 3659 §7.2.
 * Links come as `type=OS.unix=slink:target` or `OS.unix=symlink`, which the RFC does not describe and its errata do.
 *
 * @returns `null`: no entry (the directory itself, a device, not of this form)
 */
export function parseMlsdLine(line: string): FtpLine | null {
  const space = line.indexOf(' ');
  if (space < 0) return null;
  const name = line.slice(space + 1);
  const facts = new Map<string, string>();
  for (const fact of line.slice(0, space).split(';')) {
    const equals = fact.indexOf('=');
    if (equals > 0) facts.set(fact.slice(0, equals).toLowerCase(), fact.slice(equals + 1));
  }
  const type = facts.get('type') ?? '';
  const link = /^OS\.unix=(?:slink|symlink)(?::(.+))?$/i.exec(type);
  const kind = link ? 'link' : { file: 'file' as const, dir: 'directory' as const }[type.toLowerCase()];
  if (name === '' || kind === undefined) return null;
  const modify = facts.get('modify') ?? '';
  return {
    name,
    kind,
    target: link?.[1] ?? null,
    size: bytesIn(facts.get('size')),
    modifiedAt: parseMlsTime(modify),
    changed: modify.slice(0, 32) || '?',
  };
}

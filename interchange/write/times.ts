const pad = (n: number, length = 2): string => String(n).padStart(length, '0');

/** On the clock of the place: `2026-05-26 19:11:27`. */
export function localTime(at: Date, offsetMinutes: number): string {
  return new Date(at.getTime() + offsetMinutes * 60_000).toISOString().slice(0, 19).replace('T', ' ');
}

/** With the offset that Camtrap DP insists on: `2026-05-26T19:11:27+02:00`. Without one that is known, UTC. */
export function zonedTime(at: Date, offsetMinutes: number | null): string {
  const offset = offsetMinutes ?? 0;
  const time = localTime(at, offset).replace(' ', 'T');
  if (offset === 0) return `${time}Z`;
  const minutes = Math.abs(offset);
  return `${time}${offset < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}

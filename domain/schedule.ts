/** When something happens again and again: a cron expression, or a number of seconds. */
export type Schedule = { cron: string } | { everySeconds: number };

export const HOURLY: Schedule = { cron: '0 * * * *' };

/** Nothing is pulled more often than this. */
export const MIN_EVERY_SECONDS = 60;

const NAMES = {
  month: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  day: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'],
} as const;

interface Field {
  from: number;
  to: number;
  names?: readonly string[];
}

const FIELDS: readonly Field[] = [
  { from: 0, to: 59 },
  { from: 0, to: 23 },
  { from: 1, to: 31 },
  { from: 1, to: 12, names: NAMES.month },
  { from: 0, to: 7, names: NAMES.day },
];

function fits(text: string, { from, to, names }: Field): boolean {
  return text.split(',').every((part) => {
    const [range = '', step, ...more] = part.split('/');
    if (more.length > 0 || (step !== undefined && !/^[1-9]\d?$/.test(step))) return false;
    if (range === '*' || range === '?') return true;
    const ends = range.split('-').map((end) => {
      const named = names?.indexOf(end.toLowerCase()) ?? -1;
      if (named >= 0) return named + from;
      return /^\d{1,2}$/.test(end) ? Number(end) : Number.NaN;
    });
    const [first = Number.NaN, last = first] = ends;
    return ends.length <= 2 && first >= from && last <= to && first <= last;
  });
}

/** Five fields as in crontab(5), or `@hourly`, `@daily`, `@weekly`, `@monthly`. */
export function isCron(text: string): boolean {
  if (/^@(hourly|daily|weekly|monthly)$/.test(text)) return true;
  const parts = text.split(/\s+/);
  return parts.length === FIELDS.length && FIELDS.every((field, at) => fits(parts[at] ?? '', field));
}

const UNIT_SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;

/** Reads a cron expression, or `every 15m`. `null`: it is neither, or too often. */
export function parseSchedule(text: string): Schedule | null {
  const trimmed = text.trim();
  const every = /^every\s+(\d{1,6})\s*([smhd])$/i.exec(trimmed);
  if (every?.[1] && every[2]) {
    const everySeconds = Number(every[1]) * UNIT_SECONDS[every[2].toLowerCase() as keyof typeof UNIT_SECONDS];
    return everySeconds >= MIN_EVERY_SECONDS ? { everySeconds } : null;
  }
  return isCron(trimmed) ? { cron: trimmed } : null;
}

export function formatSchedule(schedule: Schedule): string {
  if ('cron' in schedule) return schedule.cron;
  for (const unit of ['d', 'h', 'm'] as const) {
    const seconds = UNIT_SECONDS[unit];
    if (schedule.everySeconds % seconds === 0) return `every ${schedule.everySeconds / seconds}${unit}`;
  }
  return `every ${schedule.everySeconds}s`;
}

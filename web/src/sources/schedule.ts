import type { Words } from '../words/english.ts';

const EVERY = /^every (\d+)([smhd])$/;
const WHOLE = /^\d{1,2}$/;

/** Schedules that are offered; others can be typed. */
export const OFFERED = ['every 15m', '0 * * * *', '0 */6 * * *', '0 3 * * *', '0 6 * * 1'] as const;

/** A schedule as a person says it; what has no words is shown as it is. */
export function scheduleInWords(
  schedule: string,
  { sources }: Words,
  weekday: (day: number) => string,
): string {
  const every = EVERY.exec(schedule);
  if (every?.[1] !== undefined && every[2] !== undefined)
    return sources.every(Number(every[1]), every[2] as 's' | 'm' | 'h' | 'd');
  const [minute = '', hour = '', day, month, week, ...more] = schedule.split(' ');
  if (more.length > 0 || day !== '*' || month !== '*' || !WHOLE.test(minute)) return schedule;
  const at = (hours: string): string => `${hours.padStart(2, '0')}:${minute.padStart(2, '0')}`;
  if (week === '*') {
    if (hour === '*')
      return Number(minute) === 0 ? sources.every(1, 'h') : sources.hourlyAt(minute.padStart(2, '0'));
    const step = /^\*\/(\d+)$/.exec(hour)?.[1];
    if (step !== undefined && Number(minute) === 0) return sources.every(Number(step), 'h');
    if (WHOLE.test(hour)) return sources.dailyAt(at(hour));
  }
  if (week !== undefined && /^[0-7]$/.test(week) && WHOLE.test(hour))
    return sources.weeklyAt(weekday(Number(week) % 7), at(hour));
  return schedule;
}

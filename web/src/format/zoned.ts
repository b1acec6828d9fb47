import { spoken } from './locale.ts';

const local = spoken(
  (of) => new Intl.DateTimeFormat(of, { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' }),
);

/** What a clock showed that knew nothing of zones: `31 May 2021, 08:25:38`. @param reading such as `2021-05-31T08:25:38` */
export const formatReading = (reading: string): string =>
  local().format(new Date(`${reading.slice(0, 19)}Z`));

/** `UTC+2`, `UTC−3:30`. */
export function formatOffset(minutes: number): string {
  if (minutes === 0) return 'UTC';
  const whole = Math.floor(Math.abs(minutes) / 60);
  const rest = Math.abs(minutes) % 60;
  return `UTC${minutes < 0 ? '−' : '+'}${whole}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`;
}

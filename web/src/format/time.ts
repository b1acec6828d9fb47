import { locale, spoken } from './locale.ts';

const amount = (value: number, unit: 'second' | 'minute' | 'hour' | 'day'): string =>
  value.toLocaleString(locale(), { style: 'unit', unit, unitDisplay: unit === 'day' ? 'long' : 'short' });

/** `3 min`: rough on purpose, so that it does not flicker. */
export function formatSeconds(seconds: number): string {
  if (seconds < 5) return `< ${amount(5, 'second')}`;
  if (seconds < 55) return amount(Math.ceil(seconds / 5) * 5, 'second');
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return amount(minutes, 'minute');
  const hours = Math.floor(minutes / 60);
  if (hours < 48)
    return minutes % 60 === 0
      ? amount(hours, 'hour')
      : `${amount(hours, 'hour')} ${amount(minutes % 60, 'minute')}`;
  return amount(Math.round(hours / 24), 'day');
}

const moment = spoken((of) => new Intl.DateTimeFormat(of, { dateStyle: 'medium', timeStyle: 'short' }));
const day = spoken((of) => new Intl.DateTimeFormat(of, { dateStyle: 'medium' }));
const exact = spoken((of) => new Intl.DateTimeFormat(of, { dateStyle: 'medium', timeStyle: 'long' }));
const nearby = spoken((of) => new Intl.RelativeTimeFormat(of, { numeric: 'auto' }));

export const formatMoment = (iso: string): string => moment().format(new Date(iso));
export const formatDay = (iso: string): string => day().format(new Date(iso));
/** With seconds and the zone. */
export const formatExact = (iso: string): string => exact().format(new Date(iso));

/** `5 minutes ago`, `in 2 hours`; a date when it is more than a day away. */
export function formatAgo(iso: string, now: number): string {
  const seconds = Math.round((new Date(iso).getTime() - now) / 1_000);
  const away = Math.abs(seconds);
  if (away < 45) return nearby().format(0, 'second');
  if (away < 3_600) return nearby().format(Math.sign(seconds) * Math.max(1, Math.round(away / 60)), 'minute');
  if (away < 86_400) return nearby().format(Math.round(seconds / 3_600), 'hour');
  return formatMoment(iso);
}

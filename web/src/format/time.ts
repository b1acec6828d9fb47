/** `3 min`: rough on purpose, so that it does not flicker. */
export function formatSeconds(seconds: number): string {
  if (seconds < 5) return 'a few seconds';
  if (seconds < 55) return `${Math.ceil(seconds / 5) * 5} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.round(hours / 24)} days`;
}

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' });
const nearby = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });

export const formatMoment = (iso: string): string => moment.format(new Date(iso));
/** With seconds and the zone. */
export const formatExact = (iso: string): string => exact.format(new Date(iso));

/** `5 minutes ago`; a date once it is more than a day ago. */
export function formatAgo(iso: string, now: number): string {
  const seconds = Math.round((new Date(iso).getTime() - now) / 1_000);
  if (seconds > -45) return 'just now';
  if (seconds > -3_600) return nearby.format(Math.min(-1, Math.round(seconds / 60)), 'minute');
  if (seconds > -86_400) return nearby.format(Math.round(seconds / 3_600), 'hour');
  return formatMoment(iso);
}

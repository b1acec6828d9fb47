import { spoken } from './locale.ts';

const month = spoken(
  (of) => new Intl.DateTimeFormat(of, { month: 'long', year: 'numeric', timeZone: 'UTC' }),
);

/** `May 2021`. @param iso a moment, or a month as `2021-05` */
export const formatMonth = (iso: string): string => month().format(new Date(iso));

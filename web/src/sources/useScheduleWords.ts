import { spoken } from '../format/locale.ts';
import { useWords } from '../words/useWords.ts';
import { scheduleInWords } from './schedule.ts';

const names = spoken((of) => new Intl.DateTimeFormat(of, { weekday: 'long', timeZone: 'UTC' }));
/** 1970-01-04 was a Sunday. */
const SUNDAY = Date.UTC(1970, 0, 4);

/** Says schedules in the language of the page. */
export function useScheduleWords(): (schedule: string) => string {
  const words = useWords();
  const weekday = (day: number): string => names().format(new Date(SUNDAY + day * 86_400_000));
  return (schedule) => scheduleInWords(schedule, words, weekday);
}

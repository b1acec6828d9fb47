/** Records by the hour of the day on the camera's clock; 24 numbers, from midnight on. */
export type HourCounts = number[];

export interface TimedRecord {
  label: string;
  at: Date;
  /** Minutes that the place's clock is ahead of UTC. */
  offsetMinutes: number;
}

/** Hour of the day, 0 to 23, at a place. */
export function hourOf(at: Date, offsetMinutes: number): number {
  return new Date(at.getTime() + offsetMinutes * 60_000).getUTCHours();
}

/** When what is about: records by label and hour. */
export function activityByHour(records: Iterable<TimedRecord>): Map<string, HourCounts> {
  const result = new Map<string, HourCounts>();
  for (const { label, at, offsetMinutes } of records) {
    const counts = result.get(label) ?? new Array<number>(24).fill(0);
    const hour = hourOf(at, offsetMinutes);
    counts[hour] = (counts[hour] ?? 0) + 1;
    result.set(label, counts);
  }
  return result;
}

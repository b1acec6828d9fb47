/** What the main thread of a page did between two drawings. */
export interface Frame {
  /** Milliseconds of the processor; those in which it waited for another process are not in it. */
  cpuMs: number;
}

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  tdur?: number;
  args?: { name?: string };
}

/** Reads the frames out of a trace of Chromium with the categories `devtools.timeline` and `toplevel`. */
export function framesOf(trace: Buffer): Frame[] {
  const { traceEvents: events } = JSON.parse(trace.toString('utf8')) as { traceEvents: TraceEvent[] };
  const drawn = events.filter(({ name, ph }) => name === 'FireAnimationFrame' && ph === 'X');
  const first = drawn[0];
  if (first === undefined) return [];
  const here = ({ pid, tid }: TraceEvent): boolean => pid === first.pid && tid === first.tid;
  const at = drawn.filter(here).map(({ ts }) => ts);
  const tasks = events.filter((event) => event.name.endsWith('RunTask') && event.ph === 'X' && here(event));
  return at.slice(1).map((end, index) => {
    const begin = at[index] ?? 0;
    const during = tasks.filter(({ ts }) => ts >= begin && ts < end);
    return { cpuMs: during.reduce((sum, { tdur, dur }) => sum + (tdur ?? dur ?? 0), 0) / 1_000 };
  });
}

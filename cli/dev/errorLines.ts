import { z } from 'zod';

const LogLine = z.object({
  level: z.union([z.number(), z.string()]),
  msg: z.string().default(''),
  err: z.object({ message: z.string().default('') }).optional(),
});

const ERROR_LEVEL = 50;
const isError = (level: number | string): boolean =>
  typeof level === 'number' ? level >= ERROR_LEVEL : level === 'error' || level === 'fatal';

/** Node's own remarks, on standard error although nothing is wrong. */
const REMARK = /^\(node:\d+\)|^\(Use `node --trace/;

/**
 * What of one output line of a part deserves the terminal; `null` for the rest, which is in the part's log.
 * JSON lines speak for themselves by their level; other text counts when it came on standard error.
 */
export function pickError(line: string, stream: 'stdout' | 'stderr'): string | null {
  if (line.startsWith('{')) {
    try {
      const parsed = LogLine.safeParse(JSON.parse(line));
      if (!parsed.success || !isError(parsed.data.level)) return null;
      const { msg, err } = parsed.data;
      return err === undefined || msg.includes(err.message) ? msg : `${msg}: ${err.message}`;
    } catch {
      // Text that merely begins with a brace.
    }
  }
  return stream === 'stderr' && line.trim() !== '' && !REMARK.test(line) ? line : null;
}

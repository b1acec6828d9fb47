/** `warn`: it works, and somebody should look. `skip`: it could not be looked at, because of what is said elsewhere. */
export type Verdict = 'ok' | 'warn' | 'fail' | 'skip';

export interface Finding {
  /** What was looked at. */
  check: string;
  verdict: Verdict;
  detail: string;
  /** What to do, where something is to be done. */
  mend?: string;
}

export type Answer = Omit<Finding, 'check'>;

export const ok = (detail: string): Answer => ({ verdict: 'ok', detail });
export const warn = (detail: string, mend: string): Answer => ({ verdict: 'warn', detail, mend });
export const fail = (detail: string, mend: string): Answer => ({ verdict: 'fail', detail, mend });
export const skip = (detail: string): Answer => ({ verdict: 'skip', detail });

const DEADLINE_MS = 20_000;

/** One look. What it throws, and what does not answer, is a failure of that one only. */
export async function look(check: string, mend: string, work: () => Promise<Answer>): Promise<Finding> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${DEADLINE_MS / 1_000} s`)), DEADLINE_MS);
  });
  try {
    return { check, ...(await Promise.race([work(), late])) };
  } catch (error) {
    const detail =
      (error instanceof Error && error.message) || String((error as { code?: string }).code ?? error);
    return { check, ...fail(detail, mend) };
  } finally {
    clearTimeout(timer);
  }
}

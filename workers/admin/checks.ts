/** One thing that has to be well for a process to be of use. Rejects with the reason when it is not. */
export type Check = () => Promise<void>;

export interface Finding {
  ok: boolean;
  /** Why not, for people. */
  detail?: string;
}

const DEADLINE_MS = 3_000;

async function look(check: Check): Promise<Finding> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), DEADLINE_MS);
  });
  const checking = check();
  checking.catch(() => {});
  try {
    await Promise.race([checking, late]);
    return { ok: true };
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message || error.name : 'unknown' };
  } finally {
    clearTimeout(timer);
  }
}

/** Named checks, run together. Callers at the same time share one round: probes cost no more than one of them does. */
export function createChecks(): {
  set(name: string, check: Check): void;
  run(): Promise<Record<string, Finding>>;
} {
  const checks = new Map<string, Check>();
  let running: Promise<Record<string, Finding>> | null = null;
  return {
    set: (name, check) => void checks.set(name, check),
    run() {
      running ??= Promise.all(
        [...checks].map(async ([name, check]) => [name, await look(check)] as const),
      ).then((found) => {
        running = null;
        return Object.fromEntries(found);
      });
      return running;
    },
  };
}

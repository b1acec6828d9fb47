import type { Send, Sendable, SendOutcome, Settle, UploadQueue, UploadState } from './uploadState.ts';

interface Job<F> {
  id: number;
  file: F;
  tries: number;
  share: number;
}

/** Waits before a file is tried again, in milliseconds; after the last it counts as failed. */
const RETRY_DELAYS_MS = [1_000, 2_000, 4_000, 8_000, 15_000] as const;

/**
 * Sends any number of files, `parallel` at a time. A server that is away holds the whole queue: the file in
 * hand goes back to its head, so ten thousand files do not fail one after the other while it restarts.
 */
export function createUploadQueue<F extends Sendable>(
  send: Send<F>,
  settle: Settle,
  {
    parallel = 3,
    retryDelaysMs = RETRY_DELAYS_MS,
  }: { parallel?: number; retryDelaysMs?: readonly number[] } = {},
): UploadQueue<F> {
  let waiting: Job<F>[] = [];
  const sending = new Map<number, Job<F>>();
  const failed = new Map<number, { job: Job<F>; reason: string }>();
  const listeners = new Set<() => void>();
  let run = { total: 0, stored: 0, duplicate: 0, bytesTotal: 0, bytesDone: 0 };
  let settling = 0;
  let lastId = 0;
  let stopper = new AbortController();
  let held: string | null = null;
  let paused = false;
  let holdTimer: ReturnType<typeof setTimeout> | undefined;
  let telling = false;
  let state = describe();

  function describe(): UploadState {
    let inFlight = 0;
    for (const job of sending.values()) inFlight += job.share * job.file.size;
    return {
      total: run.total,
      stored: run.stored,
      duplicate: run.duplicate,
      waiting: waiting.length,
      sending: [...sending.values()].map(({ id, file, share }) => ({
        id,
        name: file.name,
        size: file.size,
        share,
      })),
      settling,
      failed: [...failed.values()].map(({ job, reason }) => ({ id: job.id, name: job.file.name, reason })),
      bytesTotal: run.bytesTotal,
      bytesSent: run.bytesDone + inFlight,
      held: waiting.length > 0 && sending.size === 0 && !paused ? held : null,
      paused,
    };
  }

  /** Gathers a burst of changes into one: three uploads report far more often than a screen draws. */
  function changed(): void {
    if (telling) return;
    telling = true;
    setTimeout(() => {
      telling = false;
      state = describe();
      for (const listener of listeners) listener();
    }, 50);
  }

  function pump(): void {
    while (held === null && !paused && sending.size < parallel) {
      const job = waiting.shift();
      if (job === undefined) break;
      void carry(job, stopper.signal);
    }
    changed();
  }

  async function carry(job: Job<F>, signal: AbortSignal): Promise<void> {
    sending.set(job.id, job);
    job.share = 0;
    const outcome = await send(
      job.file,
      (share) => {
        job.share = share;
        changed();
      },
      signal,
    );
    // Whoever stopped it has said where it goes.
    if (signal.aborted) return;
    sending.delete(job.id);
    conclude(job, outcome);
    pump();
  }

  function conclude(job: Job<F>, outcome: SendOutcome): void {
    const delay = retryDelaysMs[job.tries];
    if (outcome.kind === 'away' && delay !== undefined) {
      job.tries += 1;
      waiting.unshift(job);
      hold(outcome.reason, Math.max(delay, outcome.retryAfterMs ?? 0));
      return;
    }
    run.bytesDone += job.file.size;
    if ('reason' in outcome) failed.set(job.id, { job, reason: outcome.reason });
    else run[outcome.kind === 'duplicate' ? 'duplicate' : 'stored'] += 1;
    if (outcome.kind === 'stored') void follow(job, outcome.assetId);
  }

  /** Stored is not yet an image: the bytes may turn out to be damaged when they are decoded. */
  async function follow(job: Job<F>, assetId: number): Promise<void> {
    const itsRun = run;
    settling += 1;
    const reason = await settle(assetId);
    settling -= 1;
    if (reason !== null) {
      itsRun.stored -= 1;
      failed.set(job.id, { job, reason });
    }
    changed();
  }

  function hold(reason: string, ms: number): void {
    held = reason;
    clearTimeout(holdTimer);
    holdTimer = setTimeout(() => {
      held = null;
      pump();
    }, ms);
  }

  function enqueue(jobs: readonly Job<F>[]): void {
    if (waiting.length === 0 && sending.size === 0) {
      run = { total: 0, stored: 0, duplicate: 0, bytesTotal: 0, bytesDone: 0 };
    }
    run.total += jobs.length;
    for (const job of jobs) run.bytesTotal += job.file.size;
    waiting = waiting.concat(jobs);
    pump();
  }

  return {
    get: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    add(files) {
      if (files.length === 0) return;
      paused = false;
      enqueue(
        files.map((file) => {
          lastId += 1;
          return { id: lastId, file, tries: 0, share: 0 };
        }),
      );
    },
    retry(ids) {
      const jobs: Job<F>[] = [];
      for (const id of ids) {
        const entry = failed.get(id);
        if (entry === undefined) continue;
        failed.delete(id);
        jobs.push({ ...entry.job, tries: 0, share: 0 });
      }
      if (jobs.length > 0) enqueue(jobs);
    },
    pause() {
      paused = true;
      waiting = [...sending.values(), ...waiting];
      sending.clear();
      stopper.abort();
      stopper = new AbortController();
      changed();
    },
    goOn() {
      paused = false;
      pump();
    },
    dismissFailed() {
      failed.clear();
      changed();
    },
    cancel() {
      run.total -= waiting.length + sending.size;
      for (const job of [...waiting, ...sending.values()]) run.bytesTotal -= job.file.size;
      sending.clear();
      waiting = [];
      held = null;
      paused = false;
      clearTimeout(holdTimer);
      stopper.abort();
      stopper = new AbortController();
      changed();
    },
  };
}

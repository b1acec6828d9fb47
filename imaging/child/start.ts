import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { Failure } from '../../domain/failures.ts';
import { isOutOfMemory } from '../rejection.ts';

/**
 * For glibc: one arena, that gives the memory of one picture to the next instead of asking the system for new pages
 * each time. 3 % less work and a seventh less memory than two arenas as they come.
 */
export const ALLOCATOR = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: String(32 * 2 ** 20),
  MALLOC_TRIM_THRESHOLD_: String(128 * 2 ** 20),
};

/** Everything a child sees of the world: nothing of the parent's settings, and so none of its secrets. */
const ENVIRONMENT = {
  PATH: '/usr/local/bin:/usr/bin:/bin',
  TZ: 'UTC',
  // One picture at a time needs one thread, and one more so that files are not kept waiting.
  UV_THREADPOOL_SIZE: '2',
  ...ALLOCATOR,
};

const V8_FLAGS = [
  // Each helper thread's stack counts against the memory limit; the script itself needs little heap.
  '--v8-pool-size=1',
  '--max-old-space-size=256',
  // Pixels outside of the heap count as garbage of the heap: V8 would mark all of it in small steps two pictures
  // out of three, for a sixth of the time that a picture takes. Whole collections, rarely, free the same memory.
  '--no-incremental-marking',
];

const START_MS = 30_000;
const KEPT_STDERR = 8_192;

export interface ChildOptions {
  /** Path of the script to run: `.js` as built, or `.ts` from source with the loader this process runs under. */
  entry: string;
  memoryMib: number;
  /** For messages to people. */
  name: string;
  /** How far it stands back for others on the same cores, as `nice` counts; default 0. */
  nice?: number;
}

export type Run<Reply> =
  | { kind: 'answered'; answer: Reply }
  | { kind: 'died'; outOfMemory: boolean; how: string }
  | { kind: 'timed-out' }
  | { kind: 'aborted' };

/** One confined process. Says once that it is ready, then takes one order at a time and answers it. */
export interface Child<Order, Reply> {
  readonly pid: number;
  /** Orders answered so far. */
  served: number;
  alive(): boolean;
  /** Settles when it can take orders. @throws Failure `internal_error` when it does not come up. */
  ready: Promise<void>;
  /** Settles when the process is gone. */
  ended: Promise<void>;
  run(order: Order, timeoutMs: number, signal: AbortSignal): Promise<Run<Reply>>;
  /** Ends it at once, whatever it does. */
  kill(): Promise<void>;
}

/** Both sides of the pipe are ours: what it answers is taken for a `Reply`. */
export function startChild<Order extends object, Reply>({
  entry,
  memoryMib,
  name,
  nice = 0,
}: ChildOptions): Child<Order, Reply> {
  const child = spawnLimited([...loaderFlags(entry), ...V8_FLAGS, entry], memoryMib, nice);
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-KEPT_STDERR);
  });
  let how: string | null = null;
  // 'close' comes after the last of stderr, which says whether memory was the reason; 'error' when nothing started.
  const ended = new Promise<void>((resolve) => {
    child.once('close', (code, signal) => {
      how ??= signal ?? `exit code ${code}`;
      resolve();
    });
    child.once('error', (error) => {
      how ??= error.message;
      if (child.pid === undefined) resolve();
    });
  });

  async function kill(): Promise<void> {
    child.kill('SIGKILL');
    await ended;
  }

  const self: Child<Order, Reply> = {
    pid: child.pid ?? 0,
    served: 0,
    alive: () => how === null && child.connected && child.exitCode === null && child.signalCode === null,
    ready: untilReady(),
    ended,
    kill,
    async run(order, timeoutMs, signal) {
      const run = await outcome(order, timeoutMs, signal);
      if (run.kind === 'answered') self.served += 1;
      else await kill();
      return run;
    },
  };
  return self;

  async function untilReady(): Promise<void> {
    const timer = setTimeout(() => child.kill('SIGKILL'), START_MS);
    const ready = new Promise<true>((resolve) => child.once('message', () => resolve(true)));
    const up = await Promise.race([ready, ended.then(() => false)]);
    clearTimeout(timer);
    if (!up) {
      const lines = stderr.trim().split('\n');
      const said = (lines.find((line) => /error|memory/i.test(line)) ?? lines.at(-1) ?? '')
        .trim()
        .slice(0, 200);
      throw new Failure(
        'internal_error',
        `The ${name} did not start (${how ?? 'no reason'}). ${said}`.trim(),
      );
    }
  }

  /** Whatever happens first: an answer, the end of the child, of the time, or of the caller's patience. */
  async function outcome(order: Order, timeoutMs: number, signal: AbortSignal): Promise<Run<Reply>> {
    const { promise, resolve } = deferred<Run<Reply>>();
    const onAnswer = (answer: Reply) => resolve({ kind: 'answered', answer });
    const onAbort = () => resolve({ kind: 'aborted' });
    const timer = setTimeout(() => resolve({ kind: 'timed-out' }), timeoutMs);
    // Only what it says from here on is about this order.
    stderr = '';
    child.once('message', onAnswer);
    signal.addEventListener('abort', onAbort);
    void ended.then(() =>
      resolve({ kind: 'died', outOfMemory: isOutOfMemory(stderr), how: how ?? 'no reason' }),
    );
    if (signal.aborted) onAbort();
    // A child that is gone already shows in `ended`.
    else child.send(order, () => {});
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      child.off('message', onAnswer);
      signal.removeEventListener('abort', onAbort);
    }
  }
}

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/**
 * `RLIMIT_DATA` bounds what the process allocates and, unlike `RLIMIT_AS`, lets V8 and WebAssembly reserve
 * address space. Systems that know no such limit run without it and still have the clock.
 */
function spawnLimited(args: readonly string[], memoryMib: number, nice: number): ChildProcess {
  const options: SpawnOptions = {
    env: ENVIRONMENT,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    windowsHide: true,
  };
  if (process.platform === 'win32') return spawn(process.execPath, args, options);
  const limits = `ulimit -c 0 2>/dev/null; ulimit -d ${Math.round(memoryMib * 1024)} 2>/dev/null`;
  // Before it runs: threads have the niceness of the one that starts them, and some are there before any of our code.
  const modest = nice > 0 ? `command -v nice >/dev/null && exec nice -n ${nice} "$@"; ` : '';
  const limited = `${limits}; ${modest}exec "$@"`;
  return spawn('/bin/sh', ['-c', limited, 'sh', process.execPath, ...args], options);
}

/** The flags of this process that teach Node to run TypeScript; built scripts need none. */
function loaderFlags(entry: string): string[] {
  if (!entry.endsWith('.ts')) return [];
  const flags: string[] = [];
  for (const [i, flag] of process.execArgv.entries()) {
    if (!/^(--import|--require|-r|--loader|--experimental-loader|--conditions|-C)(=|$)/.test(flag)) continue;
    flags.push(flag);
    const value = process.execArgv[i + 1];
    if (!flag.includes('=') && value !== undefined) flags.push(value);
  }
  return flags;
}

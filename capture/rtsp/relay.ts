import { randomBytes } from 'node:crypto';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { Failure } from '../../domain/failures.ts';
import { checkRtspCredentials, type RtspAddress, type RtspCredentials } from '../../domain/rtspAddress.ts';
import type { Guard } from '../../sources/reach/guard.ts';
import { createCamera } from './camera.ts';
import { RTSP_DEADLINES, type RtspDeadlines } from './deadlines.ts';
import { dialCamera, socketFailure } from './dial.ts';
import { createRtspReader, type InterleavedFrame, MESSAGE_LIMITS, type RtspRequest } from './messages.ts';
import { createTranslator } from './translate.ts';

/** Requests of the client that may wait for their turn. */
const MAX_QUEUE = 8;
/** Reports of a receiver are some dozens of bytes. */
const MAX_REPORT = 2_048;
/** An RTP header, RFC 3550 §5.1. */
const RTP_HEADER = 12;

export interface RelayOptions {
  guard: Guard;
  address: RtspAddress;
  credentials: RtspCredentials | null;
  deadlines?: Partial<RtspDeadlines>;
  /** See `DialOptions`. */
  trustedCertificates?: string;
  /** Ends everything. */
  signal: AbortSignal;
}

/** One camera, reachable on loopback without credentials by one client that knows the address. */
export interface Relay {
  /** What a decoder is given: `rtsp://127.0.0.1:<port>/<secret>/`. */
  readonly url: string;
  /** Settles when all connections are closed: with what went wrong, or `null` when the client or we ended it. */
  readonly ended: Promise<Failure | null>;
  /** Packets of video and bytes of all kinds so far. */
  readonly seen: Readonly<{ packets: number; bytes: number }>;
  close(): Promise<void>;
}

/**
 * Stands between a camera, which may be anything, and a decoder, which believes everything: FFmpeg follows redirects to
 * any host, prints passwords, and waits for ever for a camera that drips. The relay dials the address that the guard
 * checked, answers the camera's demand for credentials, and keeps the clock. The decoder only ever sees loopback.
 *
 * @throws Failure when no connection to the camera comes about; the signal's reason
 */
export async function openRelay(options: RelayOptions): Promise<Relay> {
  const { guard, address, credentials, signal, trustedCertificates } = options;
  const deadlines: RtspDeadlines = { ...RTSP_DEADLINES, ...options.deadlines };
  if (credentials !== null) checkRtspCredentials(credentials);
  const upstream = await dialCamera({
    ...{ guard, address, trustedCertificates, signal },
    timeoutMs: deadlines.connectMs,
  });

  const server = createServer({ noDelay: true });
  const strangers = new Set<Socket>();
  const timers = new Map<string, NodeJS.Timeout>();
  const seen = { packets: 0, bytes: 0 };
  let client: Socket | null = null;
  let over = false;
  let settle: (failure: Failure | null) => void = () => {};
  const ended = new Promise<Failure | null>((resolve) => {
    settle = resolve;
  });

  function arm(name: string, ms: number | null, message: string): void {
    clearTimeout(timers.get(name));
    if (ms === null || over) return;
    timers.set(
      name,
      setTimeout(() => end(new Failure('source_timeout', message)), ms),
    );
  }
  const disarm = (name: string) => clearTimeout(timers.get(name));
  const watchForPackets = () => arm('stall', deadlines.stallMs, 'The camera stopped sending video.');

  const onAbort = () => end(null);

  function end(failure: Failure | null): void {
    if (over) return;
    over = true;
    for (const timer of timers.values()) clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    server.close();
    for (const socket of strangers) socket.destroy();
    client?.destroy();
    translator.sayGoodbye();
    const closed = new Promise<void>((resolve) => {
      if (upstream.destroyed) resolve();
      else upstream.once('close', () => resolve());
    });
    upstream.resume();
    upstream.end();
    const late = setTimeout(() => upstream.destroy(), failure === null ? deadlines.teardownMs : 50);
    void closed.then(() => {
      clearTimeout(late);
      settle(failure);
    });
  }

  function onFrame({ channel, bytes }: InterleavedFrame): void {
    const channels = translator.channels();
    if (over || client === null || channels === null) return;
    if (channel !== channels.data && channel !== channels.control) return;
    const keepsUp = client.write(bytes);
    const isPacket = channel === channels.data && bytes.length >= 4 + RTP_HEADER;
    if (isPacket) seen.packets += 1;
    if (!keepsUp) {
      // The clock stands still: it is the client who is slow now.
      upstream.pause();
      disarm('stall');
    } else if (isPacket && translator.playing()) {
      watchForPackets();
    }
  }

  const camera = createCamera(upstream, { credentials, answerMs: deadlines.answerMs, onFrame, onEnd: end });
  upstream.on('data', (chunk: Buffer) => {
    seen.bytes += chunk.length;
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  }).catch((cause: unknown) => {
    upstream.destroy();
    throw new Failure('internal_error', 'No port on loopback is free for a camera.', { cause });
  });
  const base = `rtsp://127.0.0.1:${(server.address() as AddressInfo).port}/${randomBytes(16).toString('hex')}/`;
  const translator = createTranslator(camera, address, base);
  const isOurs = (uri: string) => uri.startsWith(base) || `${uri}/` === base;

  /** Whoever knows the address first is the client; nobody is let in after that. */
  function adopt(socket: Socket): void {
    client = socket;
    strangers.delete(socket);
    server.close();
    for (const other of strangers) other.destroy();
    disarm('client');
    arm('setup', deadlines.setupMs, 'The camera took too long to start its video.');
    socket.on('drain', () => {
      if (!upstream.isPaused()) return;
      upstream.resume();
      if (translator.playing()) watchForPackets();
    });
    socket.once('close', () => end(null));
  }

  async function serve(socket: Socket, request: RtspRequest): Promise<void> {
    if (client === null && isOurs(request.uri)) adopt(socket);
    if (socket !== client || !isOurs(request.uri)) {
      socket.destroy();
      return;
    }
    const began = !translator.playing();
    const answer = await translator.handle(request);
    if (over) return;
    socket.write(answer);
    if (began && translator.playing()) {
      disarm('setup');
      watchForPackets();
    }
  }

  server.on('connection', (socket) => {
    const reader = createRtspReader({ ...MESSAGE_LIMITS, body: 0 });
    let queued = 0;
    let turn: Promise<void> = Promise.resolve();
    strangers.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => strangers.delete(socket));
    socket.on('data', (chunk) => {
      try {
        for (const piece of reader.read(chunk)) {
          if (piece.kind === 'frame') {
            const isReport =
              piece.channel === translator.channels()?.control && piece.bytes.length <= MAX_REPORT;
            if (socket === client && isReport) camera.send(piece.bytes);
          } else if (piece.kind === 'request' && queued < MAX_QUEUE) {
            queued += 1;
            turn = turn
              .then(() => serve(socket, piece))
              .catch((error: unknown) => end(socketFailure(error)))
              .finally(() => {
                queued -= 1;
              });
          } else {
            socket.destroy();
          }
        }
      } catch {
        // The client is our own decoder; what it says that cannot be read is a reason to hang up, not the camera's fault.
        socket.destroy();
      }
    });
  });
  server.maxConnections = 4;

  arm('client', deadlines.clientMs, 'The decoder did not connect in time.');
  arm('total', deadlines.totalMs, 'The time for this capture is over.');
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) end(null);

  return {
    url: base,
    ended,
    seen,
    async close() {
      end(null);
      await ended;
    },
  };
}

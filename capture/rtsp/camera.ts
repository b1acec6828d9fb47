import type { Socket } from 'node:net';
import { Failure } from '../../domain/failures.ts';
import type { RtspCredentials } from '../../domain/rtspAddress.ts';
import { createAuthorizer } from './authorize.ts';
import { socketFailure } from './dial.ts';
import {
  createRtspReader,
  headerValue,
  headerValues,
  type InterleavedFrame,
  type RtspPiece,
  type RtspRequest,
  type RtspResponse,
  writeMessage,
} from './messages.ts';

/** Tries of one request with credentials. The second is for a nonce that has aged. */
const MAX_TRIES = 2;

export interface CameraOptions {
  credentials: RtspCredentials | null;
  /** See `RtspDeadlines`. */
  answerMs: number;
  onFrame(frame: InterleavedFrame): void;
  /** The camera went away or broke the protocol. Called once. */
  onEnd(failure: Failure): void;
}

/** The camera's end: requests go out one at a time, and come back answered or as a failure. */
export interface Camera {
  /**
   * @param headers lines such as `Accept: application/sdp`
   * @returns the answer, whatever its status is but a redirect or a demand for credentials
   * @throws Failure `auth_failed`, `redirect_refused`, `source_timeout`, …
   */
  ask(method: string, uri: string, headers?: readonly string[]): Promise<RtspResponse>;
  /** Writes a request whose answer nobody waits for. */
  tell(method: string, uri: string, headers?: readonly string[]): void;
  /** Passes a frame on, unless the camera is not keeping up. */
  send(frame: Buffer): void;
}

/** Speaks RTSP to a camera over a connection that is open. Closing it is the caller's. */
export function createCamera(socket: Socket, options: CameraOptions): Camera {
  const authorizer = createAuthorizer(options.credentials);
  const reader = createRtspReader();
  let sequence = 0;
  let waiting: {
    sequence: number;
    resolve(answer: RtspResponse): void;
    reject(error: Failure): void;
  } | null = null;
  let ended: Failure | null = null;
  let turn: Promise<unknown> = Promise.resolve();

  function end(failure: Failure): void {
    if (ended !== null) return;
    ended = failure;
    waiting?.reject(failure);
    options.onEnd(failure);
  }

  function write(method: string, uri: string, headers: readonly string[]): void {
    const authorization = authorizer.header(method, uri);
    const lines = [`${method} ${uri} RTSP/1.0`, `CSeq: ${++sequence}`, 'User-Agent: Tributary', ...headers];
    if (authorization !== null) lines.push(`Authorization: ${authorization}`);
    socket.write(writeMessage(lines));
  }

  /** Cameras ask too: whether we are there, or to go elsewhere. */
  function answerRequest(request: RtspRequest): void {
    if (request.method === 'REDIRECT')
      throw new Failure('redirect_refused', 'The camera asks to be visited at another address.');
    const known = ['OPTIONS', 'GET_PARAMETER', 'SET_PARAMETER'].includes(request.method);
    const asked = headerValue(request, 'cseq') ?? '';
    socket.write(
      writeMessage([
        known ? 'RTSP/1.0 200 OK' : 'RTSP/1.0 501 Not Implemented',
        `CSeq: ${/^\d{1,10}$/.test(asked) ? asked : '0'}`,
      ]),
    );
  }

  function take(piece: RtspPiece): void {
    if (piece.kind === 'frame') {
      options.onFrame(piece);
    } else if (piece.kind === 'request') {
      answerRequest(piece);
    } else {
      const given = headerValue(piece, 'cseq');
      if (waiting === null || (given !== undefined && Number(given) !== waiting.sequence))
        throw new Failure('bad_response', 'The camera answered something that it was not asked.');
      const { resolve } = waiting;
      waiting = null;
      resolve(piece);
    }
  }

  socket.on('data', (chunk) => {
    if (ended !== null) return;
    try {
      for (const piece of reader.read(chunk)) take(piece);
    } catch (error) {
      end(socketFailure(error));
    }
  });
  socket.on('error', (error) => end(socketFailure(error)));
  socket.on('close', () => end(new Failure('source_unreachable', 'The camera closed the connection.')));

  async function once(method: string, uri: string, headers: readonly string[]): Promise<RtspResponse> {
    if (ended !== null) throw ended;
    let late: NodeJS.Timeout | undefined;
    try {
      return await new Promise<RtspResponse>((resolve, reject) => {
        write(method, uri, headers);
        waiting = { sequence, resolve, reject };
        late = setTimeout(
          () => end(new Failure('source_timeout', 'The camera took too long to answer.')),
          options.answerMs,
        );
      });
    } finally {
      clearTimeout(late);
    }
  }

  async function authorized(method: string, uri: string, headers: readonly string[]): Promise<RtspResponse> {
    for (let tries = 0; ; tries++) {
      const answer = await once(method, uri, headers);
      if (answer.status >= 300 && answer.status < 400)
        throw new Failure('redirect_refused', 'The camera redirects to another address.');
      if (answer.status === 401) {
        const again = authorizer.challenged(headerValues(answer, 'www-authenticate'));
        if (tries < MAX_TRIES && again) continue;
        throw new Failure(
          'auth_failed',
          options.credentials === null
            ? 'The camera asks for a user name and a password.'
            : 'The camera refuses the user name or the password.',
        );
      }
      authorizer.accepted();
      return answer;
    }
  }

  return {
    ask(method, uri, headers = []) {
      const mine = turn.then(() => authorized(method, uri, headers));
      turn = mine.catch(() => {});
      return mine;
    },
    tell(method, uri, headers = []) {
      if (ended === null && socket.writable) write(method, uri, headers);
    },
    send(frame) {
      if (ended === null && socket.writable && socket.writableLength < 65_536) socket.write(frame);
    },
  };
}

import { Failure } from '../../domain/failures.ts';

/** What one side of a connection may ask of our memory. */
export interface MessageLimits {
  /** Start line and headers, in bytes. */
  head: number;
  body: number;
}

export const MESSAGE_LIMITS: MessageLimits = { head: 16_384, body: 65_536 };

interface Message {
  /** In order; names in lower case. Values are the bytes on the wire, read as Latin-1. */
  headers: readonly (readonly [name: string, value: string])[];
  body: Buffer;
}

export interface RtspRequest extends Message {
  kind: 'request';
  method: string;
  uri: string;
}

export interface RtspResponse extends Message {
  kind: 'response';
  status: number;
}

/** RFC 2326 §10.12: `$`, channel, length, and the data, which is nobody's business here. */
export interface InterleavedFrame {
  kind: 'frame';
  channel: number;
  /** All of it as it came, the four bytes in front included. */
  bytes: Buffer;
}

export type RtspPiece = RtspRequest | RtspResponse | InterleavedFrame;

export interface RtspReader {
  /**
   * Takes what a socket brought, in pieces of any size.
   * @returns what is complete now
   * @throws Failure `bad_response`; nothing can be read after that.
   */
  read(chunk: Buffer): RtspPiece[];
  /** Bytes that wait for the rest of their message. */
  waiting(): number;
}

const DOLLAR = 0x24;
const CR = 0x0d;
const LF = 0x0a;

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/;
/** Space, tab and everything that is not a control. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const VALUE = /^[^\u0000-\u0008\u000a-\u001f\u007f]*$/;
const REQUEST = /^([A-Z_]{1,32}) ([!-~]{1,4096}) RTSP\/[12]\.0$/;
const RESPONSE = /^RTSP\/[12]\.0 ([1-9]\d\d)(?: |$)/;

function broken(what: string): Failure {
  return new Failure('bad_response', `The camera does not keep to RTSP: ${what}.`);
}

/** Index behind the empty line that ends a head, or -1. Line ends without CR are read too, as all clients do. */
function endOfHead(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(LF, from); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    if (bytes[at + 1] === LF) return at + 2;
    if (bytes[at + 1] === CR && bytes[at + 2] === LF) return at + 3;
  }
  return -1;
}

function parseHeaders(lines: readonly string[]): [string, string][] {
  return lines.map((line) => {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1).trim();
    if (colon < 1 || !TOKEN.test(name) || !VALUE.test(value)) throw broken('a header cannot be read');
    return [name.toLowerCase(), value];
  });
}

function parseHead(text: string): RtspRequest | RtspResponse {
  const [start = '', ...lines] = text.trimEnd().split(/\r?\n/);
  const headers = parseHeaders(lines);
  const body = Buffer.alloc(0);
  const status = RESPONSE.exec(start)?.[1];
  if (status !== undefined) return { kind: 'response', status: Number(status), headers, body };
  const [, method, uri] = REQUEST.exec(start) ?? [];
  if (method === undefined || uri === undefined) throw broken('a message begins with something else');
  return { kind: 'request', method, uri, headers, body };
}

function bodyLength(message: Message, limit: number): number {
  const given = new Set(headerValues(message, 'content-length'));
  if (given.size === 0) return 0;
  const [text = ''] = given;
  if (given.size > 1 || !/^\d{1,9}$/.test(text)) throw broken('the length of a message cannot be read');
  if (Number(text) > limit) throw broken(`a message is longer than ${limit} bytes`);
  return Number(text);
}

/** Reads both sides of RTSP: messages, and the interleaved frames between them. */
export function createRtspReader(limits: MessageLimits = MESSAGE_LIMITS): RtspReader {
  let chunks: Buffer[] = [];
  let have = 0;
  /** Nothing can be complete below this many bytes, so chunks are only kept until then and copied once. */
  let need = 1;
  /** How much of the buffer was searched for the end of a head. */
  let searched = 0;
  /** Whose body is on its way. */
  let open: RtspRequest | RtspResponse | null = null;

  function take(bytes: Buffer, from: number, pieces: RtspPiece[]): number {
    let at = from;
    need = 1;
    if (open === null) {
      // Some cameras put empty lines between messages.
      while (bytes[at] === CR || bytes[at] === LF) at += 1;
      const first = bytes[at];
      if (first === undefined) return at;
      if (first === DOLLAR) return takeFrame(bytes, at, pieces);
      if (first < 0x41 || first > 0x5a) throw broken('there is something between two messages');
      const end = endOfHead(bytes, Math.max(at, at + searched - 3));
      if ((end < 0 ? bytes.length : end) - at > limits.head)
        throw broken(`the head of a message is longer than ${limits.head} bytes`);
      if (end < 0) {
        searched = bytes.length - at;
        need = bytes.length - at + 1;
        return at;
      }
      searched = 0;
      open = parseHead(bytes.toString('latin1', at, end));
      at = end;
    }
    const length = bodyLength(open, limits.body);
    if (bytes.length - at < length) {
      need = length;
      return at;
    }
    pieces.push({ ...open, body: Buffer.from(bytes.subarray(at, at + length)) });
    open = null;
    return at + length;
  }

  function takeFrame(bytes: Buffer, at: number, pieces: RtspPiece[]): number {
    const length = bytes.length - at < 4 ? 4 : 4 + bytes.readUInt16BE(at + 2);
    if (bytes.length - at < length) {
      need = length;
      return at;
    }
    pieces.push({ kind: 'frame', channel: bytes[at + 1] ?? 0, bytes: bytes.subarray(at, at + length) });
    return at + length;
  }

  return {
    read(chunk) {
      chunks.push(chunk);
      have += chunk.length;
      const pieces: RtspPiece[] = [];
      if (have < need) return pieces;
      const bytes = chunks.length === 1 ? chunk : Buffer.concat(chunks, have);
      let at = 0;
      for (let count = -1; count !== pieces.length && at < bytes.length; ) {
        count = pieces.length;
        at = take(bytes, at, pieces);
      }
      have = bytes.length - at;
      // A copy, so that the socket's whole buffer does not stay alive for the sake of its last bytes.
      chunks = have === 0 ? [] : [Buffer.from(bytes.subarray(at))];
      return pieces;
    },
    waiting: () => have,
  };
}

export function headerValues({ headers }: Pick<Message, 'headers'>, name: string): string[] {
  return headers.filter(([each]) => each === name).map(([, value]) => value);
}

/** The first value of a header. */
export const headerValue = (message: Pick<Message, 'headers'>, name: string): string | undefined =>
  headerValues(message, name)[0];

/** @param lines start line and headers, as text: non-ASCII characters go out as UTF-8 */
export function writeMessage(lines: readonly string[], body: Buffer = Buffer.alloc(0)): Buffer {
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'utf8'), body]);
}

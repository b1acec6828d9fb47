import { Failure, type FailureType } from '../../domain/failures.ts';
import type { RtspAddress } from '../../domain/rtspAddress.ts';
import type { Camera } from './camera.ts';
import { headerValue, headerValues, type RtspRequest, type RtspResponse, writeMessage } from './messages.ts';
import { readDescription, type SessionDescription, writeDescription } from './sdp.ts';

/** The one track that a client gets to see. */
const TRACK = 'video';

const METHODS = [
  'OPTIONS',
  'DESCRIBE',
  'SETUP',
  'PLAY',
  'PAUSE',
  'TEARDOWN',
  'GET_PARAMETER',
  'SET_PARAMETER',
];
/** Their only purpose here is to keep a session alive, and a camera that does not know one is reminded by it all the same. */
const KEEP_ALIVES = ['OPTIONS', 'GET_PARAMETER', 'SET_PARAMETER'];

/** What a status of RFC 2326 §7.1.1 means that is not a success; 3xx and 401 were seen to before. */
function failureOf(status: number): Failure {
  const [type, what]: [FailureType, string] =
    status === 403
      ? ['auth_failed', 'does not let us in']
      : status === 404 || status === 410
        ? ['source_not_found', 'has nothing at this address']
        : status === 461
          ? ['source_error', 'does not give its video over TCP']
          : status === 453
            ? ['source_error', 'has no bandwidth left for another viewer']
            : status === 454 || status === 455
              ? ['source_error', 'forgot the session']
              : status >= 500
                ? ['source_error', 'gave an error']
                : ['bad_response', 'did not understand a request'];
  return new Failure(type, `The camera ${what} (${status}).`);
}

/** `a-b` of the only transport there is. `null`: it is another one. */
function readTransport(value: string | undefined): { data: number; control: number } | null {
  if (value === undefined || value.includes(',')) return null;
  const [profile, ...parts] = value.split(';').map((part) => part.trim().toLowerCase());
  if (profile !== 'rtp/avp/tcp' || parts.includes('multicast')) return null;
  const found = parts.map((part) => /^interleaved=(\d{1,3})(?:-(\d{1,3}))?$/.exec(part)).find(Boolean);
  const data = Number(found?.[1] ?? Number.NaN);
  const control = found?.[2] === undefined ? data + 1 : Number(found[2]);
  return data <= 255 && control <= 255 && data !== control ? { data, control } : null;
}

const transportLine = ({ data, control }: { data: number; control: number }) =>
  `Transport: RTP/AVP/TCP;unicast;interleaved=${data}-${control}`;

const pathOf = (uri: string): string | null => /^rtsps?:\/\/[^/?]*(.*)$/i.exec(uri)?.[1] ?? null;

export interface Translator {
  /**
   * Does what a client asks.
   * @returns the answer for the client
   * @throws Failure; the connection is of no more use then
   */
  handle(request: RtspRequest): Promise<Buffer>;
  /** The channels in use, once the track is set up. */
  channels(): { data: number; control: number } | null;
  playing(): boolean;
  /** Best effort: nobody waits for an answer. */
  sayGoodbye(): void;
}

/**
 * Asks a camera what a client asks, and tells the client what the camera answers, each in words of our own: nothing that
 * either of them writes reaches the other as it is. The client sees addresses on loopback and one video over this very
 * connection; the camera sees the address that was given for it.
 *
 * @param base the address that the client has, ends with `/`
 */
export function createTranslator(camera: Camera, address: RtspAddress, base: string): Translator {
  const origin = address.href.slice(0, address.href.length - address.path.length);
  let description: SessionDescription | null = null;
  /** What control addresses are relative to. */
  let root = address.href;
  let session: string | null = null;
  let channels: { data: number; control: number } | null = null;
  let playing = false;

  /** Cameras behind a router name addresses of their own network: of those, only the path is ours to use. */
  const atCamera = (uri: string): string | null => {
    const path = pathOf(uri);
    if (path === null || !/^[!-~]{0,2048}$/.test(path)) return null;
    return `${origin}${path.startsWith('/') ? path : `/${path}`}`;
  };

  /** As all clients do it, which is not as RFC 3986 would: behind the whole address, its query included. */
  function resolveControl(control: string | null): string {
    if (control === null || control === '*' || control === '') return root;
    if (/^rtsps?:/i.test(control)) {
      const found = atCamera(control);
      if (found === null)
        throw new Failure('bad_response', 'The camera names an address that cannot be used.');
      return found;
    }
    if (!/^[!-~]{1,2048}$/.test(control))
      throw new Failure('bad_response', 'The camera names an address that cannot be used.');
    const joint = root.endsWith('/') || control.startsWith('/') ? '' : '/';
    return `${root}${joint}${control}`;
  }

  const sessionLines = () => (session === null ? [] : [`Session: ${session}`]);

  const say = (request: RtspRequest, status: string, lines: readonly string[] = [], body?: Buffer) => {
    const asked = headerValue(request, 'cseq') ?? '';
    return writeMessage(
      [
        `RTSP/1.0 ${status}`,
        `CSeq: ${/^\d{1,10}$/.test(asked) ? asked : '0'}`,
        ...lines,
        ...(body === undefined ? [] : [`Content-Length: ${body.length}`]),
      ],
      body,
    );
  };

  const checked = (answer: RtspResponse): RtspResponse => {
    if (answer.status < 200 || answer.status > 299) throw failureOf(answer.status);
    return answer;
  };

  /** The timeout is passed on, so that the client knows how often to keep the session alive. */
  function readSession(answer: RtspResponse): string[] {
    const [id, ...parameters] = (headerValue(answer, 'session') ?? '').split(';').map((part) => part.trim());
    if (id !== undefined && /^[!-~]{1,256}$/.test(id)) session = id;
    if (session === null) return [];
    const timeout = parameters.map((part) => /^timeout\s*=\s*(\d{1,5})$/i.exec(part)?.[1]).find(Boolean);
    return [`Session: relay${timeout === undefined ? '' : `;timeout=${Math.max(5, Number(timeout))}`}`];
  }

  async function keepAlive(request: RtspRequest): Promise<Buffer> {
    const uri = session === null ? address.href : resolveControl(description?.control ?? null);
    const answer = await camera.ask(request.method, uri, sessionLines());
    const fatal = playing ? [454] : [403, 404, 410, 454];
    if (fatal.includes(answer.status)) throw failureOf(answer.status);
    const named = headerValues(answer, 'public')
      .join(',')
      .toUpperCase()
      .split(/[\s,]+/);
    const known = METHODS.filter((method) => named.includes(method));
    return say(request, '200 OK', known.length > 0 ? [`Public: ${known.join(', ')}`] : []);
  }

  async function describe(request: RtspRequest): Promise<Buffer> {
    const answer = checked(await camera.ask('DESCRIBE', address.href, ['Accept: application/sdp']));
    const type = headerValue(answer, 'content-type');
    if (type !== undefined && !/^application\/sdp\b/i.test(type))
      throw new Failure('bad_response', 'The camera describes its stream in a language that is not SDP.');
    description = readDescription(answer.body);
    const given = headerValue(answer, 'content-base') ?? headerValue(answer, 'content-location');
    root = (given === undefined ? null : atCamera(given)) ?? address.href;
    return say(
      request,
      '200 OK',
      [`Content-Base: ${base}`, 'Content-Type: application/sdp'],
      writeDescription(description, base, TRACK),
    );
  }

  async function setUp(request: RtspRequest): Promise<Buffer> {
    const wanted = readTransport(headerValue(request, 'transport'));
    if (wanted === null) return say(request, '461 Unsupported Transport');
    if (description === null || request.uri !== `${base}${TRACK}`) return say(request, '404 Not Found');
    const uri = resolveControl(description.video.control);
    const answer = checked(await camera.ask('SETUP', uri, [transportLine(wanted), ...sessionLines()]));
    channels = readTransport(headerValue(answer, 'transport'));
    if (channels === null)
      throw new Failure(
        'bad_response',
        'The camera wants to send its video past the connection that it was asked on.',
      );
    return say(request, '200 OK', [transportLine(channels), ...readSession(answer)]);
  }

  async function play(request: RtspRequest): Promise<Buffer> {
    if (channels === null) return say(request, '455 Method Not Valid in This State');
    const range = headerValue(request, 'range') ?? '';
    const lines = /^npt=[\w:.-]{1,64}$/.test(range) ? [`Range: ${range}`] : [];
    const uri = resolveControl(description?.control ?? null);
    const answer = checked(await camera.ask('PLAY', uri, [...sessionLines(), ...lines]));
    playing = true;
    const info = /(?:^|;)\s*seq=(\d{1,5})(?:;|,|\s|$)/i.exec(headerValue(answer, 'rtp-info') ?? '')?.[1];
    const time = /rtptime=(\d{1,10})(?:;|,|\s|$)/i.exec(headerValue(answer, 'rtp-info') ?? '')?.[1];
    const known =
      info === undefined
        ? []
        : [`RTP-Info: url=${base}${TRACK};seq=${info}${time === undefined ? '' : `;rtptime=${time}`}`];
    return say(request, '200 OK', [...readSession(answer), ...known]);
  }

  async function other(request: RtspRequest): Promise<Buffer> {
    const uri = resolveControl(description?.control ?? null);
    const answer = await camera.ask(request.method, uri, sessionLines());
    if (request.method === 'TEARDOWN') {
      session = null;
      return say(request, '200 OK');
    }
    return say(request, '200 OK', readSession(checked(answer)));
  }

  return {
    async handle(request) {
      if (request.body.length > 0) return say(request, '413 Request Entity Too Large');
      if (KEEP_ALIVES.includes(request.method)) return keepAlive(request);
      switch (request.method) {
        case 'DESCRIBE':
          return describe(request);
        case 'SETUP':
          return setUp(request);
        case 'PLAY':
          return play(request);
        case 'PAUSE':
        case 'TEARDOWN':
          return other(request);
        default:
          return say(request, '405 Method Not Allowed');
      }
    },
    channels: () => channels,
    playing: () => playing,
    sayGoodbye() {
      if (session === null) return;
      camera.tell('TEARDOWN', resolveControl(description?.control ?? null), sessionLines());
      session = null;
    },
  };
}

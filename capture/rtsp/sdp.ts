import { Failure } from '../../domain/failures.ts';

/** RFC 8866, as far as it describes a video that comes in over the same connection. */
export interface VideoTrack {
  /** `H264`, `H265`, `JPEG`, …: as the camera names it. */
  encoding: string;
  /** Where to ask for it, as the camera wrote it. */
  control: string;
  /** What the client is told of it, without the line ends. */
  lines: readonly string[];
}

export interface SessionDescription {
  /** Of the whole session, where the camera names one. */
  control: string | null;
  range: string | null;
  video: VideoTrack;
}

const MAX_TRACKS = 8;
const MEDIA = /^m=([a-z]+) (\d{1,5})(?:\/\d+)? ([A-Z/]+)((?: \d{1,3}){1,16})$/i;
/** The attributes a decoder needs. The rest, and with it every address, stays outside. */
const ATTRIBUTE = /^a=(rtpmap|fmtp|framerate|framesize|x-dimensions|cliprect):[ -~]{1,16384}$/i;
/** RFC 3551 §6: types that need no `rtpmap`. */
const STATIC_TYPES: Readonly<Record<string, string>> = { 26: 'JPEG', 31: 'H261', 32: 'MPV', 33: 'MP2T' };

const bad = (what: string) => new Failure('bad_response', `The camera's description of its stream ${what}.`);

const attribute = (lines: readonly string[], name: string): string | null =>
  lines
    .find((line) => line.toLowerCase().startsWith(`a=${name}:`))
    ?.slice(name.length + 3)
    .trim() ?? null;

/**
 * Reads what a camera says of itself and keeps of it the first video.
 * @throws Failure `bad_response`, `source_not_found` when there is no video
 */
export function readDescription(body: Buffer): SessionDescription {
  const lines = body
    .toString('latin1')
    .split(/\r?\n/)
    .map((line) => line.trimEnd());
  const starts = lines.flatMap((line, at) => (line.startsWith('m=') ? [at] : []));
  if (!lines.some((line) => line.startsWith('v=')) || starts.length === 0) throw bad('cannot be read');
  if (starts.length > MAX_TRACKS) throw bad(`has more than ${MAX_TRACKS} tracks`);
  const session = lines.slice(0, starts[0]);
  for (const [index, start] of starts.entries()) {
    const section = lines.slice(start, starts[index + 1]);
    const [, kind, , profile, formats = ''] = MEDIA.exec(section[0] ?? '') ?? [];
    if (kind?.toLowerCase() !== 'video') continue;
    if (profile?.toUpperCase() !== 'RTP/AVP' && profile?.toUpperCase() !== 'RTP/AVP/TCP')
      throw bad('offers its video in no form that is known here');
    const type = formats.trim().split(' ')[0] ?? '';
    const mapped = section.find((line) => line.toLowerCase().startsWith(`a=rtpmap:${type} `));
    const encoding = mapped?.split(' ')[1]?.split('/')[0] ?? STATIC_TYPES[type];
    if (encoding === undefined || !/^[\w.-]{1,32}$/.test(encoding)) throw bad('does not name its codec');
    return {
      control: attribute(session, 'control'),
      range: attribute(section, 'range') ?? attribute(session, 'range'),
      video: {
        encoding,
        control: attribute(section, 'control') ?? '*',
        lines: [`m=video 0 RTP/AVP${formats}`, ...section.filter((line) => ATTRIBUTE.test(line))],
      },
    };
  }
  throw new Failure('source_not_found', 'The camera has no video at this address.');
}

/**
 * The same for the client, written anew.
 * @param base address of the session, ends with `/`; the video is at `track` below it
 */
export function writeDescription({ range, video }: SessionDescription, base: string, track: string): Buffer {
  const known = range !== null && /^(npt|clock)=[\w:.-]{1,64}$/.test(range) ? [`a=range:${range}`] : [];
  const lines = [
    ...['v=0', 'o=- 0 0 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 0.0.0.0', 't=0 0', `a=control:${base}`],
    ...known,
    ...video.lines,
    `a=control:${base}${track}`,
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n`, 'latin1');
}

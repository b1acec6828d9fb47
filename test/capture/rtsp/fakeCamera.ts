import net from 'node:net';
import tls from 'node:tls';
import {
  createRtspReader,
  headerValue,
  type RtspRequest,
  writeMessage,
} from '../../../capture/rtsp/messages.ts';

export const SDP = [
  'v=0',
  'o=- 1 1 IN IP4 10.0.0.5',
  's=Camera',
  'c=IN IP4 10.0.0.5',
  't=0 0',
  'a=control:*',
  'a=range:npt=now-',
  'm=audio 0 RTP/AVP 0',
  'a=control:track0',
  'm=video 5004 RTP/AVP 96',
  'c=IN IP4 224.1.2.3',
  'b=AS:5000',
  'a=rtpmap:96 H264/90000',
  'a=fmtp:96 packetization-mode=1;sprop-parameter-sets=Z0IAHpWoKA9k,aM48gA==',
  'a=control:track1',
  '',
].join('\r\n');

/** One packet of RTP, interleaved. */
export function packet(channel = 0, size = 100): Buffer {
  const bytes = Buffer.alloc(4 + size, 0x80);
  bytes[0] = 0x24;
  bytes[1] = channel;
  bytes.writeUInt16BE(size, 2);
  return bytes;
}

export type Reply = (
  request: RtspRequest,
  socket: net.Socket,
) => { status?: string; headers?: string[]; body?: string } | null;

/** A camera that does as it is told: the bytes it answers with are the test's. */
export interface FakeCamera {
  port: number;
  url: string;
  requests: RtspRequest[];
  /** Frames that came from the client. */
  frames: Buffer[];
  open: Set<net.Socket>;
  accepted: number;
  close(): Promise<void>;
}

/** What a well-behaved camera says. */
export const polite: Reply = ({ method, uri, headers }) => {
  switch (method) {
    case 'OPTIONS':
      return { headers: ['Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER, RECORD'] };
    case 'DESCRIBE':
      return { headers: [`Content-Base: ${uri}/`, 'Content-Type: application/sdp'], body: SDP };
    case 'SETUP':
      return {
        headers: [
          `Transport: ${headerValue({ headers }, 'transport')};ssrc=1234;source=10.0.0.5`,
          'Session: 4711;timeout=30',
        ],
      };
    case 'PLAY':
      return { headers: ['Session: 4711', `RTP-Info: url=${uri}/track1;seq=7;rtptime=99`] };
    default:
      return { headers: ['Session: 4711'] };
  }
};

/**
 * @param reply `null`: nothing is answered, or the reply did it itself
 * @param secure with this key and certificate it speaks TLS
 */
export async function startFakeCamera(
  reply: Reply = polite,
  secure?: { key: string; cert: string },
): Promise<FakeCamera> {
  const requests: RtspRequest[] = [];
  const frames: Buffer[] = [];
  const open = new Set<net.Socket>();
  const serve = (socket: net.Socket) => {
    self.accepted += 1;
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => {});
    const reader = createRtspReader();
    socket.on('data', (chunk) => {
      for (const piece of reader.read(chunk)) {
        if (piece.kind === 'frame') frames.push(piece.bytes);
        if (piece.kind !== 'request') continue;
        requests.push(piece);
        const said = reply(piece, socket);
        if (said === null) continue;
        const { status = '200 OK', headers = [], body = '' } = said;
        const length = body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
        socket.write(
          writeMessage(
            [`RTSP/1.0 ${status}`, `CSeq: ${headerValue(piece, 'cseq')}`, ...headers, ...length],
            Buffer.from(body),
          ),
        );
      }
    });
  };
  const server = secure ? tls.createServer(secure, serve) : net.createServer(serve);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  const self: FakeCamera = {
    port,
    url: `${secure ? 'rtsps' : 'rtsp'}://127.0.0.1:${port}/live/ch1`,
    requests,
    frames,
    open,
    accepted: 0,
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return self;
}

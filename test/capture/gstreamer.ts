import { type ChildProcess, execFile, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import sharp from 'sharp';

/** Debian's own Python: others know nothing of its GObject packages. */
const PYTHON = '/usr/bin/python3';
const NEEDED = `
import gi
gi.require_version('Gst', '1.0')
gi.require_version('GstRtspServer', '1.0')
from gi.repository import Gst, GstRtspServer
Gst.init(None)
elements = ['appsrc', 'x264enc', 'x265enc', 'jpegenc', 'rtph264pay', 'rtph265pay', 'rtpjpegpay']
raise SystemExit(0 if all(Gst.ElementFactory.find(name) for name in elements) else 1)
`;

export const hasGstreamer = (): Promise<boolean> =>
  promisify(execFile)(PYTHON, ['-c', NEEDED]).then(
    () => true,
    () => false,
  );

export const CAMERA_USER = { username: 'cam', password: 's3:cr@t/#?' };

/** See `rtspServer.py`. */
export interface RtspServer {
  ports: { open: number; basic: number; digest: number };
  signal(name: NodeJS.Signals): void;
  stop(): Promise<void>;
}

/** @param at where another one was before */
export async function startRtspServer(at?: RtspServer['ports']): Promise<RtspServer> {
  const script = path.join(import.meta.dirname, 'rtspServer.py');
  const given = at === undefined ? [] : [at.open, at.basic, at.digest].map(String);
  const child: ChildProcess = spawn(PYTHON, [script, CAMERA_USER.username, CAMERA_USER.password, ...given], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout! }).once('line', resolve);
    child.once('error', reject);
    void gone.then(() => reject(new Error('the RTSP server did not start')));
  });
  return {
    ports: JSON.parse(line) as RtspServer['ports'],
    signal: (name) => void child.kill(name),
    async stop() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}

/** The bars of `rtspServer.py`: luma and chroma. */
const BARS = [
  [180, 128, 128],
  [168, 44, 136],
  [145, 147, 44],
  [133, 63, 52],
  [63, 193, 204],
  [51, 109, 212],
  [28, 212, 120],
  [16, 128, 128],
] as const;

/** ITU-R BT.601. Video has black at 16; the Motion JPEG of GStreamer does not say so, and JPEG has it at 0. */
function toRgb([y, u, v]: readonly [number, number, number], limited: boolean): number[] {
  const [luma, scale] = limited ? [((y - 16) * 255) / 219, 255 / 224] : [y, 1];
  const [blue, red] = [(u - 128) * scale, (v - 128) * scale];
  return [luma + 1.402 * red, luma - 0.344136 * blue - 0.714136 * red, luma + 1.772 * blue].map((value) =>
    Math.min(255, Math.max(0, value)),
  );
}

export interface Seen {
  /** Largest difference of a bar's colour from what it should be, of 255. */
  worst: number;
  /** What the blocks spell: when the picture was made. */
  at: Date;
}

/** Looks at a picture of `rtspServer.py`. @throws Error when its blocks are neither black nor white */
export async function look(jpeg: Buffer, limited = true): Promise<Seen> {
  const { data, info } = await sharp(jpeg).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const pixel = (x: number, y: number) => {
    const at = (y * info.width + x) * info.channels;
    return [data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0];
  };
  const worst = BARS.flatMap((bar, index) =>
    toRgb(bar, limited).map((value, channel) => Math.abs(value - (pixel(index * 40 + 20, 60)[channel] ?? 0))),
  );
  let stamp = 0;
  for (let index = 0; index < 32; index++) {
    const [level = 0] = pixel((index % 16) * 20 + 10, index < 16 ? 150 : 210);
    if (level > 90 && level < 165) throw new Error(`block ${index} is grey (${level})`);
    stamp = stamp * 2 + (level > 128 ? 1 : 0);
  }
  const now = Math.floor(Date.now() / 10);
  // The upper bits are those of now.
  const high = Math.floor(now / 2 ** 32) * 2 ** 32;
  return { worst: Math.max(...worst), at: new Date((high + stamp) * 10) };
}

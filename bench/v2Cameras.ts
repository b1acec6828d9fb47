import { setTimeout as sleep } from 'node:timers/promises';
import { fillOrder } from '../domain/camera.ts';
import { parseRtspAddress } from '../domain/rtspAddress.ts';
import { createCamera } from '../stores/cameras/cameras.ts';
import { createSession, findSession, setWanted } from '../stores/cameras/sessions.ts';
import { ensureTenant } from '../stores/tenants.ts';
import { hasGstreamer, startRtspServer } from '../test/capture/gstreamer.ts';
import type { Benchmark, Line } from './benchmark.ts';
import { type Lab, suspendedByLoad } from './lab.ts';
import { timed } from './measure/timed.ts';
import { watchMemory } from './measure/watchMemory.ts';

const CAMERAS = 20;
/** Of capturing; the soak takes hours. */
const MINUTES = Number(process.env['BENCH_MINUTES'] || 1);

async function run(lab: Lab): Promise<Line[]> {
  if (!(await hasGstreamer())) {
    lab.tell('V2 is left out: it needs GStreamer');
    return [];
  }
  const server = await startRtspServer();
  lab.atEnd(() => server.stop());
  const { address } = parseRtspAddress(`rtsp://127.0.0.1:${server.ports.open}/h264`);
  const [db, stack] = [await lab.db(), await lab.stack()];
  await stack.api();
  const worker = await stack.capture(CAMERAS);
  const order = fillOrder({ mode: 'continuous', fps: 1, decode: 'all' });

  const sessions: string[] = [];
  for (let n = 1; n <= CAMERAS; n += 1) {
    const key = `camera-${n}`;
    const id = await db.tx(async (tx) => {
      const { id: tenantId } = await ensureTenant(tx, 'cameras');
      const cameraId = await createCamera(tx, tenantId, {
        ...{ key, name: key, address: address.href, credentialId: null, defaults: {} },
        ...{ latitude: null, longitude: null, timezone: null, enabled: true },
      });
      if (cameraId === null) throw new Error(`There is a ${key} already.`);
      return createSession(tx, { tenantId, cameraId, order });
    });
    sessions.push(id);
  }
  const look = async () => {
    const all = await Promise.all(sessions.map((id) => db.run((sql) => findSession(sql, id))));
    const sum = (of: 'frames' | 'dropped' | 'reconnects') =>
      all.reduce((total, session) => total + (session?.[of] ?? 0), 0);
    return {
      frames: sum('frames'),
      dropped: sum('dropped'),
      reconnects: sum('reconnects'),
      least: Math.min(...all.map((session) => session?.frames ?? 0)),
    };
  };
  while ((await look()).least === 0) await sleep(200);

  const memory = watchMemory([worker.pid]);
  const before = await look();
  const { wallMs, cpuMs, foreign } = await timed({ capture: [worker.pid] }, () => sleep(MINUTES * 60_000));
  const after = await look();
  const peak = memory.stop();
  await Promise.all(sessions.map((id) => db.tx((tx) => setWanted(tx, id, 'stopped'))));
  const frames = after.frames - before.frames;
  const expected = (CAMERAS * wallMs) / 1_000;
  const cores = (cpuMs['capture'] ?? 0) / wallMs;
  return [
    {
      id: 'V2',
      what: `${CAMERAS} cameras at a picture a second, kept | shown`,
      ours: `${frames} frames, ${((100 * cores) / CAMERAS).toFixed(1)} % of a core each`,
      peer: `${expected.toFixed(0)} frames`,
      value: frames / expected,
      gate: { kind: 'at-least', limit: 0.95, unit: '×', ...suspendedByLoad(foreign) },
      note: `${MINUTES} min, 320 x 240, all decoded; capture worker and decoders ${peak.pssMiB.toFixed(0)} MiB in ${peak.processes} processes; dropped ${after.dropped}, reconnects ${after.reconnects}; foreign load ${foreign.toFixed(1)} cores (the cameras among them)`,
    },
  ];
}

export const cameras: Benchmark = { id: 'V2', title: 'Twenty cameras', optional: true, run };

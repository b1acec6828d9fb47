import { type Command, InvalidArgumentError, Option } from 'commander';
import { loadConfig } from '../../config.ts';
import { SESSION_MODES, type SessionMode } from '../../domain/camera.ts';
import { parseRtspAddress } from '../../domain/rtspAddress.ts';
import { connectServer, ServerError } from '../client/server.ts';
import { positive } from './arguments.ts';

interface Common {
  tenant?: string;
  server?: string;
}

interface AddOptions extends Common {
  name: string;
  key?: string;
  credentials?: string;
  latitude?: number;
  longitude?: number;
  timezone?: string;
  test: boolean;
}

interface CaptureOptions extends Common {
  mode?: SessionMode;
  count?: number;
  interval?: number;
  duration?: number;
  fps?: number;
  wait: boolean;
}

/** @throws InvalidArgumentError */
function amount(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('Give a number.');
  return value;
}

/** @throws ServerError */
async function readLogin(file: string | undefined): Promise<{ username?: string; password?: string }> {
  const { readGiven } = await import('../client/given.ts');
  const { credentials } = await readGiven(file === undefined ? {} : { credentials: file });
  if (credentials === undefined) return {};
  const { username, password } = credentials as Record<string, unknown>;
  if (typeof username !== 'string' || typeof password !== 'string')
    throw new ServerError('The credentials are JSON as in {"username": "viewer", "password": "…"}.');
  return { username, password };
}

/** RTSP cameras: registering, testing, capturing, and when they were not seen. */
export function addCameras(program: Command): void {
  const cameras = program.command('cameras').description('cameras, and what is captured of them');
  const common = (command: Command): Command =>
    command
      .option('--tenant <name>', 'whose; the default tenant when absent')
      .option('--server <url>', 'the Tributary to use');
  const client = () => import('../client/cameras.ts');

  common(cameras.command('list', { isDefault: true }).description('show all of them')).action(
    async ({ tenant, server }: Common) => {
      await (await client()).showCameras(connectServer(loadConfig(), server), tenant);
    },
  );

  common(
    cameras
      .command('add')
      .description('register a camera')
      .argument('<address>', 'rtsp:// or rtsps://, without user name and password')
      .requiredOption('--name <name>', 'what people call it')
      .option('--key <camera_id>', 'what clients call it; made from the name when absent')
      .option('--credentials <file>', 'JSON file with username and password; - reads standard input')
      .option('--latitude <degrees>', 'where it stands', amount)
      .option('--longitude <degrees>', 'where it stands', amount)
      .option('--timezone <zone>', 'IANA zone of its place')
      .option('--test', 'look at it first, and add it only when it can be seen', false),
  ).action(async (address: string, options: AddOptions) => {
    // Everybody on the machine can read the arguments of a process.
    if (parseRtspAddress(address).credentials !== null)
      throw new ServerError(
        'Leave user name and password out of the address and give them with --credentials.',
      );
    const { name, key, latitude, longitude, timezone, tenant } = options;
    const camera = {
      name,
      rtsp_url: address,
      ...(await readLogin(options.credentials)),
      ...(key !== undefined && { camera_id: key }),
      ...(latitude !== undefined && { latitude }),
      ...(longitude !== undefined && { longitude }),
      ...(timezone !== undefined && { timezone }),
      ...(tenant !== undefined && { tenant_name: tenant }),
    };
    const server = connectServer(loadConfig(), options.server);
    const good = await (await client()).addCamera(server, camera, options.test);
    process.exitCode = good ? 0 : 1;
  });

  const CAMERA = 'its id, or what clients call it';
  common(
    cameras
      .command('test')
      .description('connect and say what it shows, or what is wrong; keeps nothing')
      .argument('<camera>', CAMERA),
  ).action(async (camera: string, { tenant, server }: Common) => {
    const good = await (await client()).testCamera(connectServer(loadConfig(), server), camera, tenant);
    process.exitCode = good ? 0 : 1;
  });

  common(
    cameras
      .command('capture')
      .description('begin to capture; what is not said, the defaults of the camera say')
      .argument('<camera>', CAMERA)
      .addOption(new Option('--mode <mode>', 'what to capture').choices(SESSION_MODES))
      .option('--count <n>', 'end after so many pictures', positive)
      .option('--interval <seconds>', 'from one picture to the next', amount)
      .option('--duration <seconds>', 'end after so long', amount)
      .option('--fps <n>', 'pictures a second at most', amount)
      .option('--wait', 'wait for the end', false),
  ).action(async (camera: string, options: CaptureOptions) => {
    const { mode, count, interval, duration, fps, tenant, wait } = options;
    const order = {
      ...(mode !== undefined && { capture_mode: mode }),
      ...(count !== undefined && { frame_count: count }),
      ...(interval !== undefined && { interval_seconds: interval }),
      ...(duration !== undefined && { duration_seconds: duration }),
      ...(fps !== undefined && { fps }),
    };
    const server = connectServer(loadConfig(), options.server);
    const good = await (await client()).capture(server, camera, order, { tenant, wait });
    process.exitCode = good ? 0 : 1;
  });

  common(
    cameras
      .command('gaps')
      .description('when it was not seen, and why')
      .argument('<camera>', CAMERA)
      .option('--from <time>', 'ISO 8601')
      .option('--to <time>', 'ISO 8601'),
  ).action(async (camera: string, { server, ...options }: Common & { from?: string; to?: string }) => {
    await (await client()).showGaps(connectServer(loadConfig(), server), camera, options);
  });
}

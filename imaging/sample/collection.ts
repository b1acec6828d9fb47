import { drawSample } from './drawSample.ts';
import { cutOff, laterShot, notAPicture, reencoded, scaledDown } from './variants.ts';

/** One file of the demo library. */
export interface SampleFile {
  /** Whose it is; `null`: the default tenant's. */
  tenant: string | null;
  /** Relative, with forward slashes. */
  path: string;
  bytes: Buffer;
}

const STATION = 'north-station';

/** Every so many pictures one of these comes along, of the picture before it. */
const EVERY = 8;
const BURST = 3;

/** What lies beside the pictures, made from the last one: it costs little, because nothing is drawn for it. */
async function* beside(bytes: Buffer, name: string, taken: Date, turn: number): AsyncGenerator<SampleFile> {
  const stem = name.replace(/\.JPG$/, '');
  const file = (path: string, content: Buffer, tenant: string | null = null) => ({
    tenant,
    path,
    bytes: content,
  });
  for (let shot = 1; shot < BURST; shot += 1) {
    yield file(`burst/${stem}-${shot + 1}.JPG`, await laterShot(bytes, shot, taken));
  }
  yield file(`copies/${name}`, bytes);
  yield file(`copies/${stem}-small.jpg`, await scaledDown(bytes));
  yield file(`copies/${stem}-sent.jpg`, await reencoded(bytes));
  // Another tenant has a library of its own, even of the same bytes.
  yield file(name, bytes, STATION);
  if (turn === 0) {
    yield file('card/cut-off.jpg', cutOff(bytes));
    yield file('card/not-a-picture.jpg', notAPicture());
  }
}

/**
 * The demo library: `count` drawn pictures of several cameras, and beside them what real libraries hold as well: bursts,
 * copies, near copies, damaged files, and a second tenant. The same count is the same library.
 */
export async function* drawCollection(count: number): AsyncGenerator<SampleFile> {
  for (let index = 0; index < count; index += 1) {
    const { name, bytes, taken } = await drawSample(index);
    yield { tenant: null, path: name, bytes };
    if (index % EVERY === 0) yield* beside(bytes, name, taken, index / EVERY);
    else if (index % EVERY === 1) yield { tenant: STATION, path: name, bytes };
  }
}

import type { FoundBox } from '../../domain/detector.ts';
import { Failure } from '../../domain/failures.ts';
import type { Pixels } from '../../imaging/pixels.ts';
import type { Outputs } from '../families/family.ts';
import { FAMILIES } from '../families/table.ts';
import type { Manifest } from '../manifest.ts';
import { type Placement, placementOf } from '../pixels/placement.ts';
import { createInputs, type Tensor } from '../pixels/tensor.ts';
import type { Runtime, RuntimeSession } from '../runtime.ts';
import { type Batch, createJoint, type Joint, outputsOfEach } from './batch.ts';
import type { Spent } from './messages.ts';

export interface LookDeps {
  runtime: Runtime;
  session: RuntimeSession;
  manifest: Manifest;
  /** Name of the input that takes the picture. */
  picture: string;
  batch: Batch;
}

interface Seen {
  boxes: FoundBox[];
  spent: Omit<Spent, 'decodeMs'>;
}

type Look = (pictures: readonly Pixels[]) => Promise<Seen[]>;

/** Inputs by name, and how each picture lies in them. */
interface Feeds {
  given: Readonly<Record<string, Tensor>>;
  placements: Placement[];
  count: number;
}

/**
 * Pictures to boxes: several in one call of the model where it takes several.
 * @throws Failure `model_mismatch`
 */
export function createLook({ runtime, session, manifest, picture, batch }: LookDeps): Look {
  const makeInput = createInputs(manifest);
  const family = FAMILIES[manifest.family];

  /** Inputs of one picture. Nothing is copied. */
  function feedOne(pixels: Pixels): Feeds {
    const { tensor, placement } = makeInput(pixels);
    return { given: { ...family.extra?.(placement), [picture]: tensor }, placements: [placement], count: 1 };
  }

  function feedMany(pictures: readonly Pixels[]): Feeds {
    const count = batch.exactly ?? pictures.length;
    const joints = new Map<string, Joint>();
    const placements = pictures.map((pixels, at) => {
      const { tensor, placement } = makeInput(pixels);
      for (const [name, one] of Object.entries({ ...family.extra?.(placement), [picture]: tensor })) {
        const joint = joints.get(name) ?? createJoint(count, one);
        joints.set(name, joint);
        joint.put(at, one);
      }
      return placement;
    });
    const given = Object.fromEntries([...joints].map(([name, joint]) => [name, joint.tensor()]));
    return { given, placements, count };
  }

  /** @param pictures of one size within the model */
  async function lookAt(pictures: readonly Pixels[]): Promise<Seen[]> {
    const start = performance.now();
    const [first] = pictures;
    if (first === undefined) return [];
    const { given, placements, count } =
      pictures.length === 1 && batch.exactly === null ? feedOne(first) : feedMany(pictures);
    const feeds = Object.fromEntries(
      Object.entries(given).map(([name, { type, data, dims }]) => [
        name,
        new runtime.Tensor(type, data, dims),
      ]),
    );
    const ready = performance.now();
    const outputs = await session.run(feeds);
    const ran = performance.now();
    const each = outputsOfEach(outputs, count, pictures.length);
    if (each === null)
      throw new Failure('model_mismatch', `It was given ${count} pictures and answers for others.`);
    const inputMs = (ready - start) / pictures.length;
    const modelMs = (ran - ready) / pictures.length;
    return each.map((some: Outputs, at) => {
      const began = performance.now();
      const complaint = family.complaint(some, manifest);
      if (complaint !== null) throw new Failure('model_mismatch', complaint);
      const placement = placements[at];
      const boxes = placement === undefined ? [] : family.boxes(some, placement, manifest);
      return { boxes, spent: { inputMs, modelMs, outputMs: performance.now() - began } };
    });
  }

  return async (pictures) => {
    if (pictures.length === 1) return lookAt(pictures);
    const seen: Seen[] = new Array(pictures.length);
    for (const places of ofOneSize(pictures, manifest)) {
      const some = places.flatMap((at) => pictures[at] ?? []);
      for (const [i, one] of (await lookAt(some)).entries()) seen[places[i] ?? 0] = one;
    }
    return seen;
  };
}

/** Places in the list of pictures that become inputs of the same size. */
function ofOneSize(pictures: readonly Pixels[], manifest: Manifest): number[][] {
  const sizes = new Map<string, number[]>();
  for (const [at, pixels] of pictures.entries()) {
    const { width, height } = placementOf(pixels, manifest);
    const key = `${width} ${height}`;
    sizes.set(key, [...(sizes.get(key) ?? []), at]);
  }
  return [...sizes.values()];
}

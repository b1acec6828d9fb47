import fc from 'fast-check';
import { DETECTION_LABELS, type DetectionLabel } from '../../domain/detection.ts';
import { SPECIAL } from '../../domain/taxon.ts';
import type { BoxRecord, Dataset, ImageRecord, Records, WholeRecord } from '../../interchange/records.ts';

export const FOX = '00000000-0000-4000-8000-000000000001;mammalia;carnivora;canidae;vulpes;vulpes;red fox';
export const DEER =
  '00000000-0000-4000-8000-000000000002;mammalia;cetartiodactyla;cervidae;capreolus;capreolus;european roe deer';
export const FELIDAE = '00000000-0000-4000-8000-000000000003;mammalia;carnivora;felidae;;;cat family';

export const DATASET: Dataset = {
  title: 'Forest, "spring" 2026',
  createdAt: new Date('2026-05-26T19:11:27.500Z'),
  detector: {
    name: 'md_v5a.0.0.onnx',
    completedAt: new Date('2026-05-26T18:00:00Z'),
    typical: 0.2,
    conservative: 0.05,
  },
  classifier: { name: 'speciesnet-v4.0.1a', completedAt: null },
};

const machine = { method: 'machine', name: 'md_v5a', at: new Date('2026-05-26T18:00:00Z') } as const;
const north = { id: 'loc-1', name: 'North, by the "oak"', latitude: 51.1234, longitude: -0.5 };
const south = { id: 'loc-2', name: 'South', latitude: -33.8, longitude: 151.2 };

export function image(id: number, more: Partial<ImageRecord> = {}): ImageRecord {
  return {
    id: String(id),
    file: `north/100MEDIA/IMG_${String(id).padStart(4, '0')}.JPG`,
    url: `https://images.example/i/${id}`,
    ...{ width: 2048, height: 1536, mediaType: 'image/jpeg' },
    capturedAt: new Date(Date.parse('2026-05-01T21:58:50Z') + id * 7_000),
    ...{ offsetMinutes: 120, camera: 'reconyx hf2x #12', location: north, deploymentId: 'dep-1' },
    ...{ sequence: null, boxes: [], whole: null, blankBy: machine, failure: null },
    ...more,
  };
}

export const box = (more: Partial<BoxRecord> = {}): BoxRecord => ({
  sure: (more.score ?? 1) >= 0.2,
  ...{ label: 'animal', score: 0.926, box: [0.1, 0.2, 0.3, 0.4], classifications: [], by: machine },
  ...more,
});

const said = (...pairs: [string, number][]) => pairs.map(([label, score]) => ({ label, score }));

function whole(label: DetectionLabel, ...pairs: [[string, number], ...[string, number][]]): WholeRecord {
  const [[best, score]] = pairs;
  const by = { method: 'machine', name: 'speciesnet', at: new Date('2026-05-26T18:30:00Z') } as const;
  return { label, classification: { label: best, score }, answers: said(...pairs), by };
}

/** One of everything that can come. */
export const IMAGES: readonly ImageRecord[] = [
  image(1, {
    boxes: [
      box({ classifications: said([FOX, 0.91], [FELIDAE, 0.05]) }),
      box({ score: 0.061, box: [0.5, 0.5, 0.1, 0.1] }),
    ],
  }),
  image(2, { boxes: [box({ label: 'person', score: 1, box: [0, 0, 1, 1] })] }),
  image(3, { boxes: [box({ label: 'vehicle', score: 0.25 }), box({ label: 'person', score: 0.1 })] }),
  image(4, { boxes: [box({ score: 0.07 })] }),
  image(5),
  image(6, { boxes: null, blankBy: null }),
  image(7, { boxes: null, blankBy: null, failure: 'The image, "7", is damaged\nand cannot be decoded' }),
  image(8, { capturedAt: null, boxes: [box({ classifications: said([DEER, 0.8]) })] }),
  image(9, {
    ...{ width: null, height: null, location: south, deploymentId: 'dep-2', offsetMinutes: -570 },
    boxes: [
      box({ classifications: said(['chevreuil', 0.8]) }),
      box({ classifications: said(['Vulpes zerda', 0.7]) }),
    ],
  }),
  image(10, {
    offsetMinutes: null,
    sequence: { id: 'seq-1', images: 2, position: 1 },
    boxes: [box({ classifications: said([FOX, 0.9]) }), box({ classifications: said([FOX, 0.8]) })],
  }),
  image(11, {
    sequence: { id: 'seq-1', images: 2, position: 2 },
    boxes: [box({ classifications: said([FELIDAE, 0.7]) })],
  }),
  image(12, { boxes: [box({ box: [0.99999, 0.99999, 0.00001, 0.00001] })] }),
  image(13, { location: null, deploymentId: null }),
  image(14, {
    file: '../../etc/~x/../=cmd|1.jpg',
    url: '../outside',
    boxes: [box({ by: { method: 'human', name: '=Ann, "B."', at: null } })],
  }),
  image(15, { boxes: [box({ classifications: said([SPECIAL.human, 0.9]) })] }),
  image(16, { file: 'north/100MEDIA/IMG_0001.png', mediaType: 'image/png' }),
  image(17, { whole: whole('animal', [FOX, 0.8], [FELIDAE, 0.15]) }),
  image(18, { whole: whole('person', [SPECIAL.human, 0.9]) }),
  image(19, { whole: whole('animal', ['dachs', 1]), boxes: [box({ score: 0.07 })] }),
  // A box says more.
  image(20, { whole: whole('animal', [FOX, 0.8]), boxes: [box({ classifications: said([DEER, 0.9]) })] }),
];

export const recordsOf = (images: Iterable<ImageRecord>): Records =>
  async function* () {
    yield* images;
  };

export async function textOf(parts: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const part of parts) text += part;
  return text;
}

export async function bytesOf(parts: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const part of parts) all.push(part);
  return Buffer.concat(all);
}

/** Bytes in pieces of this size, so that texts and characters are cut anywhere. */
export const openBytes = (text: string | Buffer, size = 1 << 16) =>
  async function* () {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  };

const share = fc.double({ min: 0, max: 1, noNaN: true });
const side = fc.double({ min: 0.001, max: 0.5, noNaN: true });
const place = fc.double({ min: 0, max: 0.5, noNaN: true });

/** Any boxes a detector could find. */
export const anyBox: fc.Arbitrary<BoxRecord> = fc
  .record({
    label: fc.constantFrom(...DETECTION_LABELS),
    score: share,
    box: fc.tuple(place, place, side, side),
    classifications: fc.array(
      fc.record({ label: fc.constantFrom(FOX, DEER, FELIDAE, 'dachs, "Meles"'), score: share }),
      { maxLength: 3 },
    ),
  })
  .map((given) => ({
    ...given,
    classifications: given.classifications.sort((a, b) => b.score - a.score),
    sure: given.score >= 0.2,
    by: machine,
  }));

/** Pictures with any of those. */
export const anyImages: fc.Arbitrary<ImageRecord[]> = fc
  .array(
    fc.record({
      boxes: fc.option(fc.array(anyBox, { maxLength: 4 })),
      name: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
    }),
    { maxLength: 20 },
  )
  .map((list) =>
    list.map(({ boxes, name }, i) =>
      image(i + 1, {
        file: `${i}/${name.replaceAll(/[\\\s]/g, '_')}.jpg`,
        boxes: boxes?.toSorted((a, b) => b.score - a.score) ?? null,
      }),
    ),
  );

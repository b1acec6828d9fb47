import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { eventsOf, type Shot } from '../../domain/survey/events.ts';
import { SPECIAL } from '../../domain/taxon.ts';
import type { ImageRecord } from '../../interchange/records.ts';
import {
  type CamtrapSurvey,
  type DeployedEvent,
  writeCamtrapDp,
} from '../../interchange/write/camtrap/camtrapDp.ts';
import { type Deployment, splitAtGaps } from '../../interchange/write/camtrap/deployments.ts';
import { faultsOfPackage, TABLES } from './camtrapRules.ts';
import { formatTools, judge, withScratch } from './python.ts';
import { anyImages, box, bytesOf, DATASET, FOX, IMAGES, image, recordsOf } from './records.ts';
import { unzipped } from './unzip.ts';

const at = (time: string) => new Date(time);
const ms = (time: string) => at(time).getTime();

const NORTH: Deployment = {
  ...{
    id: 'dep-1',
    locationId: 'loc-1',
    locationName: 'North, by the "oak"',
    latitude: 51.1234,
    longitude: -0.5,
  },
  ...{ start: at('2026-05-01T12:00:00Z'), end: at('2026-05-20T12:00:00Z'), offsetMinutes: 120 },
  ...{ camera: 'reconyx hf2x #12', cameraModel: 'RECONYX HF2X' },
  gaps: [{ from: ms('2026-05-05T00:00:00Z'), to: ms('2026-05-06T00:00:00Z') }],
};
const SOUTH: Deployment = {
  ...{ ...NORTH, id: 'dep-2', locationId: 'loc-2', locationName: 'South', latitude: -33.8, longitude: 151.2 },
  ...{ offsetMinutes: -570, camera: null, cameraModel: null, gaps: [] },
};

const SURVEY: CamtrapSurvey = {
  project: {
    title: 'Forest',
    samplingDesign: 'systematicRandom',
    captureMethod: ['activityDetection'],
    individualAnimals: false,
    contributors: [{ title: 'Ann Bee', email: 'ann@example.org', role: 'contact' }, { title: 'Tributary' }],
    licenses: { data: 'CC0-1.0', media: 'CC-BY-4.0' },
  },
  deployments: [NORTH, SOUTH],
  events: null,
};

async function* events(): AsyncGenerator<DeployedEvent> {
  const shots: Shot[] = IMAGES.slice(8, 11).map(({ id, capturedAt, camera, boxes }) => ({
    ...{ id, camera: camera ?? '', at: capturedAt! },
    seen: boxes!.map(({ classifications, score }) => ({ label: classifications[0]!.label, score })),
  }));
  for await (const event of eventsOf(shots))
    yield { id: `event-${event.shots[0]}`, deploymentId: 'dep-1', event };
}

const packed = (
  images: readonly ImageRecord[],
  survey: CamtrapSurvey = SURVEY,
  leftOut?: (image: ImageRecord, why: string) => void,
) => bytesOf(writeCamtrapDp(recordsOf(images), DATASET, survey, leftOut));

interface Verdict {
  damaged: string | null;
  valid: boolean;
  errors: unknown[];
  rows: Record<string, number>;
}

const validate = (python: string, archive: Buffer, rules: unknown = TABLES) =>
  withScratch(async (dir) => {
    const [file, rulesFile] = [path.join(dir, 'package.zip'), path.join(dir, 'rules.json')];
    await writeFile(file, archive);
    await writeFile(rulesFile, JSON.stringify(rules));
    return (await judge(python, 'camtrap.py', file, rulesFile)) as Verdict;
  });

/** Lines of a table without quoted line ends, by the names of their columns. */
function rowsOf(text: string): Record<string, string>[] {
  const [head = [], ...rows] = text.trimEnd().split('\r\n').map(cellsOf);
  return rows.map((cells) => Object.fromEntries(head.map((name, i) => [name, cells[i] ?? ''])));
}
const cellsOf = (line: string): string[] =>
  [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  );

describe('Camtrap DP', () => {
  describe('judged by frictionless', () => {
    it('is valid, whatever the pictures show', async function () {
      const python = await formatTools();
      if (python === null) return this.skip();
      const found = await validate(python, await packed(IMAGES, { ...SURVEY, events }));
      assert.deepEqual(found.errors, []);
      assert.equal(found.damaged, null);
      assert.equal(found.valid, true);
      assert.deepEqual(found.rows, { deployments: 3, media: 18, observations: 24 });
    });

    it('is valid without pictures, and without deployments', async function () {
      const python = await formatTools();
      if (python === null) return this.skip();
      for (const survey of [SURVEY, { ...SURVEY, deployments: [] }]) {
        const found = await validate(python, await packed([], survey));
        assert.deepEqual(found.errors, []);
      }
    });

    it('is valid for anything that detectors find', async function () {
      const python = await formatTools();
      if (python === null) return this.skip();
      for (const images of fc.sample(anyImages, { numRuns: 4, seed: 7 })) {
        assert.deepEqual((await validate(python, await packed(images))).errors, []);
      }
    });

    it('is seen through when it breaks the rules', async function () {
      const python = await formatTools();
      if (python === null) return this.skip();
      const twice = IMAGES[0]!;
      const wrong = await validate(
        python,
        await packed([twice, twice, { ...IMAGES[4]!, mediaType: 'text/plain' }]),
      );
      assert.equal(wrong.valid, false);
      assert.ok(wrong.errors.length >= 3, JSON.stringify(wrong.errors));
    });
  });

  it('has the columns of the standard, in its order', async () => {
    const entries = await unzipped(await packed([]));
    for (const [name, { fields }] of Object.entries(TABLES)) {
      assert.equal(entries.get(`${name}.csv`)?.split('\r\n')[0], fields.map((field) => field.name).join(','));
    }
  });

  it('keeps to the profile', async () => {
    const entries = await unzipped(await packed(IMAGES, { ...SURVEY, events }));
    const text = entries.get('datapackage.json')!;
    assert.deepEqual(faultsOfPackage(text), []);
    const { taxonomic, temporal, spatial, project } = JSON.parse(text);
    assert.deepEqual(
      taxonomic.map((taxon: { scientificName: string }) => taxon.scientificName),
      ['Capreolus capreolus', 'Felidae', 'Vulpes vulpes', 'Vulpes zerda'],
    );
    assert.deepEqual(temporal, { start: '2026-05-01', end: '2026-05-20' });
    assert.deepEqual(spatial.coordinates, [
      [-0.5, 51.1234],
      [151.2, -33.8],
    ]);
    assert.deepEqual(project.observationLevel, ['media', 'event']);
    assert.deepEqual(
      faultsOfPackage(
        (await unzipped(await packed([], { ...SURVEY, deployments: [] }))).get('datapackage.json')!,
      ),
      [],
    );
  });

  it('says of each picture what is known', async () => {
    const leftOut: [string, string][] = [];
    const entries = await unzipped(await packed(IMAGES, SURVEY, ({ id }, why) => leftOut.push([id, why])));
    assert.deepEqual(leftOut, [
      ['8', 'no_time'],
      ['13', 'no_deployment'],
    ]);
    const observations = rowsOf(entries.get('observations.csv')!);
    const types = (id: number) =>
      observations.filter((row) => row['mediaID'] === String(id)).map((row) => row['observationType']);
    assert.deepEqual(types(1), ['animal']);
    assert.deepEqual(types(2), ['human']);
    assert.deepEqual(types(3), ['vehicle']);
    assert.deepEqual(types(4), ['unknown']);
    assert.deepEqual(types(5), ['blank']);
    assert.deepEqual(types(6), ['unclassified']);
    const fox = observations[0]!;
    assert.equal(fox['scientificName'], 'Vulpes vulpes');
    assert.equal(fox['classificationProbability'], '0.91');
    assert.equal(fox['eventStart'], '2026-05-01T23:58:57+02:00');
    const south = observations.filter((row) => row['mediaID'] === '9');
    assert.deepEqual(
      south.map((row) => [row['scientificName'], row['observationTags']]),
      [
        ['', 'label:chevreuil'],
        ['Vulpes zerda', ''],
      ],
    );
    assert.equal(south[0]?.['eventStart'], '2026-05-01T12:29:53-09:30');
    assert.equal(observations.find((row) => row['mediaID'] === '14')?.['classifiedBy'], '=Ann, "B."');
  });

  it('says what a classifier makes of all of a picture, without a box', async () => {
    const by = { method: 'machine', name: 'speciesnet', at: new Date('2026-05-26T18:00:00Z') } as const;
    const whole = [
      image(21, { whole: { label: 'animal', classification: { label: FOX, score: 0.9 }, answers: [], by } }),
      image(22, {
        whole: { label: 'person', classification: { label: SPECIAL.human, score: 0.6 }, answers: [], by },
      }),
      image(23, {
        whole: { label: 'animal', classification: { label: FOX, score: 0.9 }, answers: [], by },
        boxes: [box({ label: 'vehicle', score: 0.9 })],
      }),
    ];
    const entries = await unzipped(await packed(whole));
    const seen = rowsOf(entries.get('observations.csv')!)
      .filter((row) => row['observationLevel'] === 'media')
      .map((row) => [row['mediaID'], row['observationType'], row['scientificName'], row['bboxX'] !== '']);
    assert.deepEqual(seen, [
      ['21', 'animal', 'Vulpes vulpes', false],
      ['22', 'human', '', false],
      ['23', 'vehicle', '', true],
    ]);
    const open = rowsOf(entries.get('media.csv')!).map((row) => row['filePublic']);
    assert.deepEqual(open, ['true', 'false', 'true']);
  });

  it('does not make pictures public that show people, or that nobody looked at', async () => {
    const entries = await unzipped(await packed(IMAGES.filter(({ failure }) => failure === null)));
    const media = rowsOf(entries.get('media.csv')!);
    const hidden = media.filter((row) => row['filePublic'] === 'false').map((row) => row['mediaID']);
    assert.deepEqual(hidden, ['2', '3', '6', '15', '18']);
    assert.equal(
      media.find((row) => row['mediaID'] === '14')?.['filePath'],
      'media/14',
      'a path that leads out',
    );
  });

  it('splits deployments where the camera did not see', () => {
    const parts = splitAtGaps([NORTH, SOUTH]);
    assert.deepEqual(
      parts.all().map(({ id }) => id),
      ['dep-1-1', 'dep-1-2', 'dep-2'],
    );
    assert.equal(parts.at('dep-1', at('2026-05-02T00:00:00Z'))?.id, 'dep-1-1');
    assert.equal(parts.at('dep-1', at('2026-05-07T00:00:00Z'))?.id, 'dep-1-2');
    assert.equal(parts.at('nowhere', at('2026-05-07T00:00:00Z')), null);
    assert.equal(parts.at(null, at('2026-05-07T00:00:00Z')), null);
    // A picture out of a gap shows that the camera saw by then.
    assert.equal(parts.at('dep-1', at('2026-05-05T23:00:00Z'))?.id, 'dep-1-2');
    assert.equal(parts.all()[1]?.from, ms('2026-05-05T23:00:00Z'));
    assert.equal(parts.at('dep-1', at('2026-06-01T00:00:00Z'))?.to, ms('2026-06-01T00:00:00Z'));
  });

  it('has every picture within its deployment, whatever the gaps', () => {
    const day = 86_400_000;
    const gap = fc.tuple(fc.integer({ min: -2, max: 22 }), fc.integer({ min: 0, max: 5 }));
    const times = fc.array(fc.integer({ min: -5 * day, max: 25 * day }), { maxLength: 30 });
    fc.assert(
      fc.property(fc.array(gap, { maxLength: 5 }), times, (gaps, pictures) => {
        const start = NORTH.start.getTime();
        const parts = splitAtGaps([
          {
            ...NORTH,
            gaps: gaps.map(([from, days]) => ({ from: start + from * day, to: start + (from + days) * day })),
          },
        ]);
        for (const time of pictures) assert.ok(parts.at('dep-1', new Date(start + time)));
        const all = parts.all();
        assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
        for (const time of pictures)
          assert.ok(all.some(({ from, to }) => from <= start + time && start + time <= to));
        for (const [i, { from, to }] of all.entries()) {
          assert.ok(from <= to);
          if (i > 0) assert.ok(all[i - 1]!.to <= from, 'parts overlap');
        }
      }),
    );
  });

  it('counts an event once for each taxon', async () => {
    const entries = await unzipped(await packed(IMAGES.slice(8, 11), { ...SURVEY, events }));
    const rows = rowsOf(entries.get('observations.csv')!).filter(
      (row) => row['observationLevel'] === 'event',
    );
    const foxes = rows.find((row) => row['scientificName'] === 'Vulpes vulpes');
    assert.equal(foxes?.['count'], '2', FOX);
    assert.equal(foxes['mediaID'], '');
  });
});

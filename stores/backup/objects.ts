import { createReadStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Failure } from '../../domain/failures.ts';
import { bringObject, type Promised } from '../bringObject.ts';
import { createDiskStore } from '../objects/disk.ts';
import type { ObjectStore } from '../objects/objectStore.ts';
import { KeptObject, OBJECTS_DIR, OBJECTS_FILE } from './manifest.ts';

const AT_A_TIME = 4;
const EXAMPLES = 20;

export interface ObjectsReport {
  copied: number;
  /** There before, with the right bytes. */
  present: number;
  wrong: { key: string; why: string }[];
  wrongCount: number;
}

async function* listed(dir: string): AsyncGenerator<Promised> {
  const lines = createInterface({
    input: createReadStream(path.join(dir, OBJECTS_FILE)),
    crlfDelay: Infinity,
  });
  for await (const line of lines) yield KeptObject.parse(JSON.parse(line));
}

/** Does one thing with every object that a backup lists, a few at a time. One that fails is told and does not stop it. */
async function eachListed(
  dir: string,
  work: (object: Promised) => Promise<'present' | 'copied'>,
): Promise<ObjectsReport> {
  const report: ObjectsReport = { copied: 0, present: 0, wrong: [], wrongCount: 0 };
  const objects = listed(dir);
  async function take(): Promise<void> {
    for (;;) {
      const { value: object, done } = await objects.next();
      if (done) return;
      try {
        report[await work(object)] += 1;
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        // A store that refuses its settings or has no room refuses everything that follows as well.
        if (error.type === 'store_misconfigured' || error.type === 'storage_full') throw error;
        report.wrongCount += 1;
        if (report.wrong.length < EXAMPLES) report.wrong.push({ key: object.key, why: error.message });
      }
    }
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, take));
  return report;
}

const keptIn = (dir: string): Promise<ObjectStore> => createDiskStore(path.join(dir, OBJECTS_DIR));

/** Brings the objects that a backup lists into it. */
export async function saveObjects(
  dir: string,
  from: ObjectStore,
  scratchDir: string,
): Promise<ObjectsReport> {
  const to = await keptIn(dir);
  await mkdir(scratchDir, { recursive: true });
  return eachListed(dir, (object) => bringObject(object, { from, to, scratchDir }));
}

/** Brings the objects of a backup back. What is in the store already, with the right bytes, is left. */
export async function returnObjects(
  dir: string,
  to: ObjectStore,
  scratchDir: string,
): Promise<ObjectsReport> {
  const from = await keptIn(dir);
  await mkdir(scratchDir, { recursive: true });
  return eachListed(dir, (object) => bringObject(object, { from, to, scratchDir }));
}

/** Looks whether a store has the objects that a backup without them lists. By their size: an audit reads them. */
export async function findObjects(dir: string, store: ObjectStore): Promise<ObjectsReport> {
  return eachListed(dir, async ({ key, bytes }) => {
    const found = await store.head(key);
    if (found?.bytes === bytes) return 'present';
    throw found === null
      ? new Failure('object_missing', 'It is not in the store.')
      : new Failure('object_damaged', `It has ${found.bytes} bytes instead of ${bytes}.`);
  });
}

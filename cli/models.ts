import { copyFile, mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Config } from '../config.ts';
import type { Detector, Model } from '../detection/detector.ts';
import { drawBoxes } from '../detection/draw.ts';
import { type Manifest, modelName, readManifest } from '../detection/manifest.ts';
import { MANIFEST_FILE, modelDir, modelIn } from '../detection/modelFiles.ts';
import { createDetector } from '../detection/pool.ts';
import { readKnowledge } from '../detection/species/knowledge.ts';
import type { FoundBox } from '../domain/detector.ts';
import { Failure } from '../domain/failures.ts';
import {
  DECODE_MEMORY_MIB,
  DECODE_TIMEOUT_MS,
  INFERENCE_MEMORY_MIB,
  INFERENCE_TIMEOUT_MS,
} from '../domain/limits.ts';
import { CENTRE, type Preset } from '../domain/presets.ts';
import { createDecoder } from '../imaging/pool.ts';
import type { Backfill } from '../stores/detection/backfill.ts';
import {
  addModel,
  findModel,
  type ListedModel,
  listModels,
  type ModelRow,
  type Role,
  retireModel,
  roleOf,
} from '../stores/detection/models.ts';
import { switchModel } from '../stores/detection/switches.ts';
import { createDatabase, type Database } from '../stores/postgres/database.ts';
import { findTenant } from '../stores/tenants.ts';
import { ServerError } from './client/server.ts';

const NEVER = new AbortController().signal;

async function withDatabase<T>(config: Config, work: (db: Database) => Promise<T>): Promise<T> {
  if (config.database.url === null) throw new ServerError('Set DATABASE_URL to the database to work on.');
  const db = createDatabase({
    url: config.database.url,
    pool: 2,
    // Counting what a model has not seen may take its time.
    deadlineMs: 10 * 60_000,
    applicationName: 'tributary-models',
  });
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

async function withDetector<T>(work: (detector: Detector) => Promise<T>): Promise<T> {
  const detector = createDetector({
    ...{ sessions: 1, memoryMib: INFERENCE_MEMORY_MIB, timeoutMs: INFERENCE_TIMEOUT_MS },
  });
  try {
    return await work(detector);
  } finally {
    await detector.close();
  }
}

export interface Begun {
  model: string;
  active: boolean;
  /** Pictures that it is looking at now, by tenant, and the reprocess that does it. */
  backfill: Backfill[];
}

/**
 * Opens the model where it lies, in a process that may come to harm, and copies it only when it runs. The first detector
 * and the first classifier are in use at once.
 * @throws Failure
 */
export async function addFrom(config: Config, manifestPath: string): Promise<Begun> {
  const manifest = await readManifest(manifestPath);
  const model: Model = { manifest, path: path.join(path.dirname(path.resolve(manifestPath)), manifest.file) };
  await withDetector((detector) => detector.open(model, NEVER));
  if (manifest.family === 'classifier') await readKnowledge(model);
  return withDatabase(config, async (db) => {
    if ((await db.run((sql) => findModel(sql, manifest.name, manifest.version))) !== null) {
      throw new ServerError(`${modelName(manifest)} was added before. Give what is new a new version.`);
    }
    await copyIn(config.modelsDir, model);
    const { name, version, family, sha256, classes, thresholds } = manifest;
    const { size } = await stat(model.path);
    return db.tx(async (tx) => {
      const row = { name, version, family, sha256, bytes: size, manifest, classes };
      const id = await addModel(tx, { ...row, threshold: thresholds.typical });
      if (id === null) throw new ServerError('The same file was added before, under another name.');
      const role = roleOf(manifest);
      const first = !(await listModels(tx)).some((one) => one.active && roleOf(one) === role);
      if (!first) return { model: modelName(manifest), active: false, backfill: [] };
      const done = await switchModel(tx, { role, tenantId: null, modelId: id, backfill: true });
      return { model: modelName(manifest), active: true, backfill: done.backfill };
    });
  });
}

/** All of it or nothing: the directory gets its name when everything is in it. */
async function copyIn(modelsDir: string, { path: from, manifest }: Model): Promise<void> {
  await mkdir(modelsDir, { recursive: true });
  const unfinished = await mkdtemp(path.join(modelsDir, '.adding-'));
  try {
    const { file, taxonomy, geofence } = manifest;
    for (const name of [file, taxonomy, geofence]) {
      if (name !== undefined)
        await copyFile(path.join(path.dirname(from), name), path.join(unfinished, name));
    }
    await writeFile(path.join(unfinished, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
    const target = modelDir(modelsDir, manifest);
    // What lies there belongs to no model that is in use.
    await rm(target, { recursive: true, force: true });
    await rename(unfinished, target);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

export const listed = (config: Config): Promise<ListedModel[]> =>
  withDatabase(config, (db) => db.run((sql) => listModels(sql)));

/** @throws ServerError */
async function find(db: Database, name: string): Promise<ModelRow> {
  const at = name.lastIndexOf('@');
  const row = at < 1 ? null : await db.run((sql) => findModel(sql, name.slice(0, at), name.slice(at + 1)));
  if (row === null) throw new ServerError(`There is no model ${name}; "tributary models list" shows them.`);
  return row;
}

/**
 * @param name `none`: no model does `role` any more; @param tenant `null`: for all that have none of their own
 * @param role what none does; that of a model is its own
 */
export async function use(
  config: Config,
  name: string,
  tenant: string | null,
  role: Role = 'detector',
): Promise<Begun> {
  return withDatabase(config, async (db) => {
    const row = name === 'none' ? null : await find(db, name);
    return db.tx(async (tx) => {
      const of = tenant === null ? null : await findTenant(tx, tenant);
      if (tenant !== null && of === null) throw new ServerError(`There is no tenant ${tenant}.`);
      const done = await switchModel(tx, {
        ...{ role: row === null ? role : roleOf(row), tenantId: of?.id ?? null, modelId: row?.id ?? null },
        backfill: row !== null,
      });
      return { model: name, active: row !== null, backfill: done.backfill };
    });
  });
}

/** Takes a model out of use and deletes its files; boxes that it gave stay. */
export async function remove(config: Config, name: string): Promise<void> {
  await withDatabase(config, async (db) => {
    const row = await find(db, name);
    await db.tx((tx) => retireModel(tx, row.id));
    await rm(modelDir(config.modelsDir, row), { recursive: true, force: true });
  });
}

export interface Checked {
  model: string;
  width: number;
  height: number;
  boxes: (FoundBox & { label: string })[];
  milliseconds: Record<string, number>;
}

/**
 * Lets a model look at a picture. Needs no database for a model that was not added yet.
 * @param name `name@version`, or a manifest
 * @param drawn where the picture is saved with its boxes
 */
export async function check(
  config: () => Promise<Config>,
  name: string,
  picture: string,
  drawn: string | null,
): Promise<Checked> {
  const model = name.endsWith('.json') ? await lying(name) : await added(await config(), name);
  const { manifest } = model;
  const dir = await mkdtemp(path.join(tmpdir(), 'tributary-check-'));
  const decoder = createDecoder({ children: 1, memoryMib: DECODE_MEMORY_MIB, timeoutMs: DECODE_TIMEOUT_MS });
  try {
    const side = Math.max(1_200, manifest.input.width, manifest.input.height);
    const preset: Preset = {
      ...{ name: 'check', version: 1, fit: 'inside', width: side, height: side, format: 'jpeg', quality: 92 },
      ...{ chroma: '4:4:4', background: '#ffffff', focus: CENTRE, eager: false },
    };
    const decoded = await decoder.derive(
      { inputPath: path.resolve(picture), outputDir: dir, presets: [preset] },
      NEVER,
    );
    if (!decoded.ok) throw new Failure(decoded.reason, decoded.detail);
    const [made] = decoded.renditions;
    if (made === undefined) throw new Error('The decoder made nothing.');
    const run = await withDetector((detector) => detector.detect(model, made.path, NEVER));
    if (!run.ok) throw new Failure(run.reason, run.detail);
    const shown = run.boxes.filter(({ score }) => score >= manifest.thresholds.typical);
    if (drawn !== null) await drawBoxes(made.path, shown, manifest, drawn);
    return {
      ...{
        model: modelName(manifest),
        width: made.width,
        height: made.height,
        milliseconds: { ...run.spent },
      },
      boxes: run.boxes.map((box) => ({ ...box, label: labelOf(manifest, box) })),
    };
  } finally {
    await decoder.close();
    await rm(dir, { recursive: true, force: true });
  }
}

async function lying(manifestPath: string): Promise<Model> {
  const manifest = await readManifest(manifestPath);
  return { manifest, path: path.join(path.dirname(path.resolve(manifestPath)), manifest.file) };
}

const added = (config: Config, name: string): Promise<Model> =>
  withDatabase(config, async (db) => modelIn(config.modelsDir, (await find(db, name)).manifest));

const labelOf = ({ classes }: Manifest, { classId }: FoundBox): string => classes[classId] ?? String(classId);

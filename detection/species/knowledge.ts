import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Failure } from '../../domain/failures.ts';
import type { Model } from '../detector.ts';
import { createGeofence, GeofenceRules } from './geofence.ts';
import type { Knowledge } from './rollUp.ts';
import { createTaxonomy } from './taxonomy.ts';

/** Far more than the published lists have. */
const MAX_BYTES = 64 * 2 ** 20;

const PARTS = 7;

/**
 * What a classifier's labels belong to, and where they can be. The files lie beside its model.
 * @returns `null`: its labels are plain names, of which nothing follows @throws Failure `model_missing`, `manifest_invalid`
 */
export async function readKnowledge({ path: file, manifest }: Model): Promise<Knowledge | null> {
  const { classes, taxonomy, geofence } = manifest;
  if (!classes.every((label) => label.split(';').length === PARTS)) return null;
  const beside = (name: string): Promise<string> => readText(path.join(path.dirname(file), name));
  const more = taxonomy === undefined ? [] : (await beside(taxonomy)).split('\n');
  const rules = geofence === undefined ? null : rulesIn(geofence, await beside(geofence));
  try {
    return {
      taxonomy: createTaxonomy([...classes, ...more]),
      geofence: createGeofence(rules),
    };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Failure('manifest_invalid', error.message);
  }
}

function rulesIn(name: string, text: string): GeofenceRules {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Failure('manifest_invalid', `${name} is not JSON.`);
  }
  const parsed = GeofenceRules.safeParse(json);
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  throw new Failure('manifest_invalid', `${name}: ${first?.path.join('.')}: ${first?.message}.`);
}

async function readText(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Failure('model_missing', `There is no readable file ${path.basename(file)}.`);
  });
  if (text.length > MAX_BYTES)
    throw new Failure('manifest_invalid', `${path.basename(file)} is far too long.`);
  return text;
}

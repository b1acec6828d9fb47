import path from 'node:path';
import type { Model } from './detector.ts';
import { type Manifest, modelName, parseManifest } from './manifest.ts';

/** The manifest as it lies beside the file of a model. */
export const MANIFEST_FILE = 'model.json';

/** Where a model lies: `<directory>/<name>@<version>/`. */
export function modelDir(modelsDir: string, manifest: Pick<Manifest, 'name' | 'version'>): string {
  return path.join(modelsDir, modelName(manifest));
}

/** A model that was added, as a file. @param manifest of its row @throws Failure `manifest_invalid` */
export function modelIn(modelsDir: string, manifest: unknown): Model {
  const parsed = parseManifest(manifest);
  return { manifest: parsed, path: path.join(modelDir(modelsDir, parsed), parsed.file) };
}

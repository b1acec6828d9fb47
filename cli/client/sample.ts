import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { drawCollection } from '../../imaging/sample/collection.ts';

/** A folder of demo pictures. `tenant` is absent for the default one. */
export interface SampleFolder {
  folder: string;
  tenant?: string;
}

/**
 * Draws the demo library, a folder for each tenant; the same count is the same files each time.
 * @param onDrawn called with the number of files so far
 */
export async function drawLibrary(
  folder: string,
  count: number,
  onDrawn: (done: number) => void,
): Promise<SampleFolder[]> {
  const folders = new Map<string | null, string>();
  let done = 0;
  for await (const { tenant, path: name, bytes } of drawCollection(count)) {
    const root = path.join(folder, tenant ?? 'main');
    folders.set(tenant, root);
    const at = path.join(root, name);
    await mkdir(path.dirname(at), { recursive: true });
    await writeFile(at, bytes);
    done += 1;
    onDrawn(done);
  }
  return [...folders].map(([tenant, root]) => ({ folder: root, ...(tenant !== null && { tenant }) }));
}

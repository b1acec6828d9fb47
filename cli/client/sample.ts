import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { drawSample } from '../../imaging/sample/drawSample.ts';

/** Draws the demo pictures into a folder; the same index is the same picture each time. */
export async function drawLibrary(
  folder: string,
  count: number,
  onDrawn: (done: number) => void,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (let index = 0; index < count; index += 1) {
    const { name, bytes } = await drawSample(index);
    await writeFile(path.join(folder, name), bytes);
    onDrawn(index + 1);
  }
}

import { rename, rm } from 'node:fs/promises';
import path from 'node:path';

/**
 * What transfers that broke off leave for the next attempt, on the disk of this worker. A file changes hands by being
 * renamed, note first, so that of two attempts only one can have it.
 */
export interface Partials {
  /** Moves what an earlier attempt left to `toPath`, when there is any. */
  adopt(item: number, toPath: string): Promise<void>;
  /** Leaves what is at `toPath` for a later attempt, when it can be gone on with. */
  leave(item: number, toPath: string): Promise<void>;
}

/** @param dir is swept of what nobody came back for. */
export function createPartials(dir: string): Partials {
  const place = (item: number) => path.join(dir, `partial-${item}`);
  const move = (from: string, to: string) =>
    rename(from, to).then(
      () => true,
      () => false,
    );

  return {
    async adopt(item, toPath) {
      if (!(await move(`${place(item)}.part`, `${toPath}.part`))) return;
      if (!(await move(place(item), toPath))) await rm(`${toPath}.part`, { force: true });
    },
    async leave(item, toPath) {
      if (await move(toPath, place(item))) await move(`${toPath}.part`, `${place(item)}.part`);
    },
  };
}

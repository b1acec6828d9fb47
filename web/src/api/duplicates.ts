import { type Calls, viewable } from './calls.ts';
import type { Dismissal, DuplicateList, Merge } from './types.ts';

export interface DuplicatesApi {
  duplicates(page: number, distance: number): Promise<DuplicateList>;
  /** Keeps one, puts the others into the trash. */
  merge(keep: number, remove: readonly number[]): Promise<Merge>;
  undoMerge(id: string): Promise<unknown>;
  /** These are no duplicates of each other. */
  dismiss(images: readonly number[]): Promise<Dismissal>;
  takeBackDismissal(id: string): Promise<unknown>;
}

const PAGE = 10;

export function createDuplicatesApi(calls: Calls): DuplicatesApi {
  const { client, ask } = calls;
  return {
    async duplicates(page, distance) {
      const list = await ask(
        client.GET('/duplicates', { params: { query: { page, distance, limit: PAGE } } }),
      );
      return {
        ...list,
        groups: list.groups.map((group) => ({
          ...group,
          images: group.images.map((image) => viewable(calls, image)),
        })),
      };
    },
    merge: (keep, remove) =>
      ask(client.POST('/duplicates/merge', { body: { keep, remove: [...remove], metadata: {} } })),
    undoMerge: (id) => ask(client.POST('/duplicates/merges/{id}/undo', { params: { path: { id } } })),
    dismiss: (images) => ask(client.POST('/duplicates/dismissals', { body: { images: [...images] } })),
    async takeBackDismissal(id) {
      // It answers with nothing at all, which `ask` would take for no answer.
      await client.DELETE('/duplicates/dismissals/{id}', { params: { path: { id } } });
    },
  };
}

import { type Calls, viewable } from './calls.ts';
import type { Purge, PurgeImages, PurgeList, Trash } from './types.ts';

export interface PurgeOrder {
  days: number;
  trashedOnly: boolean;
}

export interface TrashApi {
  trash(page: number): Promise<Trash>;
  purges(page: number): Promise<PurgeList>;
  purge(id: string): Promise<Purge>;
  /** What it takes, the greatest first. */
  purgeImages(id: string, page: number): Promise<PurgeImages>;
  /** Freezes a list of what would go. Nothing goes. */
  listPurge(order: PurgeOrder): Promise<Purge>;
  /** Lets a list go ahead, as it was shown. */
  approvePurge(purge: Purge, evenIfMost: boolean): Promise<Purge>;
  undoPurge(id: string): Promise<Purge>;
}

const PAGE = 60;

export function createTrashApi(calls: Calls, tenant: () => string): TrashApi {
  const { client, ask } = calls;
  return {
    async trash(page) {
      const list = await ask(client.GET('/trash', { params: { query: { page, limit: PAGE } } }));
      return { ...list, images: list.images.map((image) => viewable(calls, image)) };
    },
    purges: (page) => ask(client.GET('/purges', { params: { query: { page, limit: 10 } } })),
    purge: (id) => ask(client.GET('/purges/{id}', { params: { path: { id } } })),
    async purgeImages(id, page) {
      const list = await ask(
        client.GET('/purges/{id}/images', { params: { path: { id }, query: { page, limit: PAGE } } }),
      );
      return { ...list, images: list.images.map((image) => viewable(calls, image)) };
    },
    listPurge: ({ days, trashedOnly }) =>
      ask(client.POST('/purges', { body: { days, trashed_only: trashedOnly, tenant_name: tenant() } })),
    approvePurge: ({ id, digest, count }, evenIfMost) =>
      ask(
        client.POST('/purges/{id}/approve', {
          params: { path: { id } },
          body: { digest, confirm_count: count, even_if_most: evenIfMost, skip_undo: false },
        }),
      ),
    undoPurge: (id) => ask(client.POST('/purges/{id}/undo', { params: { path: { id } } })),
  };
}

import { createTributaryClient, type TributaryClient } from '../../../client/client.ts';
import type { Session } from '../access/session.ts';
import { type AnnotationsApi, createAnnotationsApi } from './annotations.ts';
import { type Calls, viewable } from './calls.ts';
import { createDuplicatesApi, type DuplicatesApi } from './duplicates.ts';
import { createImagesApi, type ImagesApi } from './images.ts';
import type { Reach } from './reach.ts';
import { createTrashApi, type TrashApi } from './trash.ts';
import type {
  Asset,
  ImageList,
  Import,
  ImportAction,
  ImportHelp,
  ImportItemList,
  ImportList,
  ItemState,
} from './types.ts';

/** Longest wait for an answer, in milliseconds. A hung connection would otherwise stop the polling for good. */
const DEADLINE_MS = 20_000;

export interface Api extends ImagesApi, AnnotationsApi, DuplicatesApi, TrashApi {
  /** Every operation of the API by method and path: `ask(client.GET('/cameras/{id}', …))`. */
  client: TributaryClient['api'];
  /** What a call was answered. */
  ask: TributaryClient['ask'];
  /** The same for a call whose answer has no body. */
  done(call: Promise<{ error?: unknown; response: Response }>): Promise<void>;
  listImports(page: number, limit: number): Promise<ImportList>;
  /** @throws Problem 422 when the address is not understood. */
  startImport(url: string): Promise<Import>;
  /** @throws Problem 409 when the import cannot do that now. */
  steerImport(id: string, action: ImportAction): Promise<Import>;
  /** Gives an import what it waits for. @throws Problem 422 when that does not fit. */
  helpImport(id: string, help: ImportHelp): Promise<Import>;
  listItems(id: string, outcome: ItemState, page: number, limit: number): Promise<ImportItemList>;
  listImages(page: number, limit: number, source: string | null): Promise<ImageList>;
  getAsset(id: number): Promise<Asset>;
}

/** Every call throws a `Problem` when it fails, and tells `reach` whether anybody answered. */
export function createApi(reach: Reach, session: Pick<Session, 'headers' | 'viewable' | 'tenant'>): Api {
  const { api: client, ask } = createTributaryClient({
    baseUrl: '',
    deadlineMs: DEADLINE_MS,
    // Whoever shows the data asks again, and knows when nobody looks at it.
    retries: 0,
    onAnswer(problem) {
      reach.set(problem?.passing && problem.status !== 429 ? problem.message : null);
    },
  });
  client.use({
    onRequest({ request }) {
      for (const [name, value] of Object.entries(session.headers())) request.headers.set(name, value);
    },
  });
  const seen = session.viewable;
  const calls: Calls = { client, ask, seen };

  return {
    ...createImagesApi(calls),
    ...createAnnotationsApi(calls),
    ...createDuplicatesApi(calls),
    ...createTrashApi(calls, session.tenant),
    client,
    ask,
    done: (call) =>
      ask(
        call.then(({ error, response }) => (response.ok ? { data: null, response } : { error, response })),
      ).then(() => undefined),
    listImports: (page, limit) => ask(client.GET('/imports', { params: { query: { page, limit } } })),
    startImport: (url) => ask(client.POST('/imports', { body: { url, force: false } })),
    steerImport: (id, action) => ask(client.POST(`/imports/{id}/${action}`, { params: { path: { id } } })),
    helpImport: (id, body) => ask(client.POST('/imports/{id}/resume', { params: { path: { id } }, body })),
    listItems: (id, outcome, page, limit) =>
      ask(client.GET('/imports/{id}/items', { params: { path: { id }, query: { outcome, page, limit } } })),
    listImages: (page, limit, source) =>
      ask(
        client.GET('/images', { params: { query: { page, limit, ...(source === null ? {} : { source }) } } }),
      ).then((list) => ({
        ...list,
        images: list.images.map((image) => viewable(calls, image)),
        total: list.total ?? list.count,
        page: list.page ?? page,
        pages: list.pages ?? page,
      })),
    getAsset: (id) =>
      ask(client.GET('/retrieve/asset/{id}', { params: { path: { id } } })).then((asset) => ({
        ...viewable(calls, asset),
        renditions: asset.renditions.map((one) => ({ ...one, url: seen(one.url) })),
      })),
  };
}

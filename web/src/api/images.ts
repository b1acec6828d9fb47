import type { paths } from '../../../client/client.ts';
import type { Selection } from '../library/filters.ts';
import { type Calls, viewable } from './calls.ts';
import type {
  Comparison,
  Export,
  ExportFormat,
  FacetName,
  Facets,
  Image,
  ImageOutline,
  ImagePlaces,
  Reprocess,
  SimilarImage,
  TimelineEvent,
} from './types.ts';

/** Images that one page of the library holds: a list of more would be higher than browsers can scroll. */
const MOST = 200_000;
const CHUNK = 100;
/** Ids that one request may name. */
const IDS = 10_000;

export interface ImagesApi {
  outlineImages(selection: Selection): Promise<ImageOutline>;
  /** The hundred images behind a cursor of an outline. */
  listChunk(selection: Selection, cursor: string | null): Promise<Image[]>;
  facets(filters: Selection['filters'], fields: readonly FacetName[]): Promise<Facets>;
  /** Where images were taken; those near each other are one place. */
  places(filters: Selection['filters']): Promise<ImagePlaces>;
  /** @returns the ids that were changed */
  trashImages(ids: readonly number[]): Promise<number[]>;
  restoreImages(ids: readonly number[]): Promise<number[]>;
  reprocess(ids: readonly number[], what: 'renditions' | 'detections'): Promise<Reprocess[]>;
  exportImages(ids: readonly number[], format: ExportFormat): Promise<Export>;
  similar(id: number): Promise<SimilarImage[]>;
  timeline(id: number, page: number): Promise<{ events: TimelineEvent[]; total: number }>;
  thumbUrl(id: number): string;
  /** An image so many pixels wide, made for whoever asks. */
  renderUrl(id: number, width: number): string;
  compare(a: number, b: number): Promise<Comparison>;
  /** The picture of where two images differ. */
  differenceUrl(a: number, b: number): string;
}

type Query = NonNullable<paths['/images']['get']['parameters']['query']>;

/** Texts of an address may say anything; what they may say is checked by the API. */
const queryOf = ({ filters, sort }: Selection): Pick<Query, 'sort'> => ({ ...filters, sort });

export function createImagesApi(calls: Calls): ImagesApi {
  const { client, ask } = calls;

  /** As many requests as ids need, one after the other. */
  async function inParts<T>(ids: readonly number[], call: (part: number[]) => Promise<T>): Promise<T[]> {
    const answers: T[] = [];
    for (let from = 0; from < ids.length; from += IDS) answers.push(await call(ids.slice(from, from + IDS)));
    return answers;
  }
  const move = async (what: 'trash' | 'restore', ids: readonly number[]): Promise<number[]> =>
    (await inParts(ids, (part) => ask(client.POST(`/images/${what}`, { body: { ids: part } })))).flatMap(
      (answer) => answer.ids,
    );

  return {
    outlineImages: (selection) =>
      ask(client.GET('/images/outline', { params: { query: { ...queryOf(selection), limit: MOST } } })),
    async listChunk(selection, cursor) {
      const from = cursor === null ? { count: 'none' as const } : { cursor };
      const { images } = await ask(
        client.GET('/images', { params: { query: { ...queryOf(selection), limit: CHUNK, ...from } } }),
      );
      return images.map((image) => viewable(calls, image));
    },
    async facets(filters, fields) {
      const query = { ...filters, fields: fields.join() } as Pick<Query, 'status'> & { fields: string };
      return (await ask(client.GET('/images/facets', { params: { query } }))).facets;
    },
    places: (filters) => ask(client.GET('/images/places', { params: { query: { ...filters } as never } })),
    trashImages: (ids) => move('trash', ids),
    restoreImages: (ids) => move('restore', ids),
    reprocess: (ids, what) =>
      inParts(ids, (part) => ask(client.POST('/reprocess', { body: { what, filter: { ids: part } } }))),
    exportImages: (ids, format) => ask(client.POST('/exports', { body: { format, ids: [...ids] } })),
    async similar(id) {
      const { images } = await ask(client.GET('/images/{id}/similar', { params: { path: { id } } }));
      return images.map((image) => viewable(calls, image));
    },
    timeline: (id, page) =>
      ask(client.GET('/images/{id}/timeline', { params: { path: { id }, query: { page } } })),
    thumbUrl: (id) => calls.seen(`/retrieve/rendition/${id}/thumb`),
    renderUrl: (id, width) => calls.seen(`/images/${id}/render?width=${width}`),
    compare: (a, b) => ask(client.GET('/compare/{a}/{b}', { params: { path: { a, b } } })),
    differenceUrl: (a, b) => calls.seen(`/compare/${a}/${b}/diff.png`),
  };
}

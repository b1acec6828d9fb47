import type { Schemas } from '../../../client/client.ts';

export type Import = Schemas['Import'];
export type ImportHelp = Schemas['ImportHelp'];
export type ImportList = Schemas['ImportList'];
export type ImportItem = Schemas['ImportItem'];
export type ImportItemList = Schemas['ImportItemList'];
export type Image = Schemas['Image'];
/** A numbered page, with all there are counted. */
export type ImageList = Pick<Schemas['ImageList'], 'images' | 'count' | 'page_size'> & {
  total: number;
  page: number;
  pages: number;
};
export type Asset = Schemas['Asset'];
export type TimelineEvent = Schemas['TimelineEvent'];
export type UploadResult = Schemas['UploadResult'];

/** How an item can stand; `pending` is the only state that is not final. */
export type ItemState = ImportItem['state'];
export type ImportAction = 'pause' | 'resume' | 'cancel' | 'retry-failed';

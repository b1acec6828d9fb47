import type { Schemas } from '../../../client/client.ts';

export type Import = Schemas['Import'];
export type FeedEvent = Schemas['FeedEvent'];
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

/** How an item can stand; `pending` is the only state that is not final. */
export type ItemState = ImportItem['state'];
export type ImportAction = 'pause' | 'resume' | 'cancel' | 'retry-failed';
export type ImageOutline = Schemas['ImageOutline'];
export type Facets = Schemas['FacetList']['facets'];
export type FacetName = keyof Facets;
export type Reprocess = Schemas['Reprocess'];
export type Export = Schemas['Export'];
export type ExportFormat = Export['format'];
export type SimilarImage = Schemas['SimilarImage'];
export type Comparison = Schemas['Comparison'];
export type Statement = Schemas['AnnotationRequest'];
export type DuplicateList = Schemas['DuplicateList'];
export type DuplicateGroup = Schemas['DuplicateGroup'];
export type Merge = Schemas['Merge'];
export type Dismissal = Schemas['Dismissal'];
export type Trash = Schemas['Trash'];
export type TrashedImage = Trash['images'][number];
export type Purge = Schemas['Purge'];
export type PurgeList = Schemas['PurgeList'];
export type Annotations = Schemas['Annotations'];
export type PurgeImages = Schemas['PurgeImages'];
export type ImagePlaces = Schemas['ImagePlaces'];

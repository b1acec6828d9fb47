/**
 * Steps of the store protocol after which a test may kill the process (`TRIBUTARY_FAILPOINT`), to prove that
 * whatever was done up to there is taken up again and nothing is lost or doubled.
 */
export const FAILPOINTS = [
  'list',
  'fetch',
  'claim',
  'put',
  'commit',
  'rendition-put',
  'rendition-row',
  'store',
] as const;
/** The same for a purge. */
export const PURGE_FAILPOINTS = [
  'purge-hidden',
  'purge-deleting',
  'purge-renditions',
  'purge-original',
  'purge-tombstone',
] as const;
export type StoreFailpoint = (typeof FAILPOINTS)[number];
export type Failpoint = StoreFailpoint | (typeof PURGE_FAILPOINTS)[number];
export type ReachFailpoint = (point: Failpoint) => void;

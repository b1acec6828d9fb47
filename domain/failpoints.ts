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
export type Failpoint = (typeof FAILPOINTS)[number];
export type ReachFailpoint = (point: Failpoint) => void;

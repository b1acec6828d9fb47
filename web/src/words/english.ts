import { add } from './english/add.ts';
import { asset } from './english/asset.ts';
import { cameras } from './english/cameras.ts';
import { campaigns } from './english/campaigns.ts';
import { compare } from './english/compare.ts';
import { duplicates } from './english/duplicates.ts';
import { exports } from './english/exports.ts';
import { failures } from './english/failures.ts';
import { home } from './english/home.ts';
import { imports } from './english/imports.ts';
import { library } from './english/library.ts';
import { map } from './english/map.ts';
import { reports } from './english/reports.ts';
import { review } from './english/review.ts';
import { settings } from './english/settings.ts';
import { shell } from './english/shell.ts';
import { sources } from './english/sources.ts';
import { trash } from './english/trash.ts';
import { uploads } from './english/uploads.ts';

/** Every text of the page, by the room that says it. German has the same keys, or it does not compile. */
export const english = {
  add,
  asset,
  cameras,
  campaigns,
  compare,
  duplicates,
  exports,
  failures,
  home,
  imports,
  library,
  map,
  reports,
  review,
  settings,
  shell,
  sources,
  trash,
  uploads,
};

export type Words = typeof english;

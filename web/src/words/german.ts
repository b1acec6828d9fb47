import type { Words } from './english.ts';
import { add } from './german/add.ts';
import { asset } from './german/asset.ts';
import { cameras } from './german/cameras.ts';
import { campaigns } from './german/campaigns.ts';
import { compare } from './german/compare.ts';
import { duplicates } from './german/duplicates.ts';
import { exports } from './german/exports.ts';
import { failures } from './german/failures.ts';
import { home } from './german/home.ts';
import { imports } from './german/imports.ts';
import { library } from './german/library.ts';
import { map } from './german/map.ts';
import { reports } from './german/reports.ts';
import { review } from './german/review.ts';
import { settings } from './german/settings.ts';
import { shell } from './german/shell.ts';
import { sources } from './german/sources.ts';
import { trash } from './german/trash.ts';
import { uploads } from './german/uploads.ts';

export const german: Words = {
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

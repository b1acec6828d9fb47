import type { Words } from './english.ts';
import { add } from './german/add.ts';
import { asset } from './german/asset.ts';
import { compare } from './german/compare.ts';
import { duplicates } from './german/duplicates.ts';
import { home } from './german/home.ts';
import { imports } from './german/imports.ts';
import { library } from './german/library.ts';
import { map } from './german/map.ts';
import { review } from './german/review.ts';
import { shell } from './german/shell.ts';
import { sources } from './german/sources.ts';
import { trash } from './german/trash.ts';
import { uploads } from './german/uploads.ts';

export const german: Words = {
  add,
  asset,
  compare,
  duplicates,
  home,
  imports,
  library,
  map,
  review,
  shell,
  sources,
  trash,
  uploads,
};

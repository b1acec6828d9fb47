import type { Words } from './english.ts';
import { add } from './german/add.ts';
import { cameras } from './german/cameras.ts';
import { campaigns } from './german/campaigns.ts';
import { exports } from './german/exports.ts';
import { failures } from './german/failures.ts';
import { home } from './german/home.ts';
import { imports } from './german/imports.ts';
import { library } from './german/library.ts';
import { reports } from './german/reports.ts';
import { settings } from './german/settings.ts';
import { shell } from './german/shell.ts';
import { sources } from './german/sources.ts';
import { uploads } from './german/uploads.ts';

export const german: Words = {
  add,
  cameras,
  campaigns,
  exports,
  failures,
  home,
  imports,
  library,
  reports,
  settings,
  shell,
  sources,
  uploads,
};

import type { Words } from './english.ts';
import { add } from './german/add.ts';
import { home } from './german/home.ts';
import { imports } from './german/imports.ts';
import { library } from './german/library.ts';
import { shell } from './german/shell.ts';
import { uploads } from './german/uploads.ts';

export const german: Words = { add, home, imports, library, shell, uploads };

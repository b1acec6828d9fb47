import type { SourceKindFactory } from '../source.ts';
import folder from './folder/kind.ts';
import httpDirectory from './http-directory/kind.ts';
import rest from './rest/kind.ts';
import urls from './urls/kind.ts';

/** Every kind of source there is. A new one is a folder beside this file and a line in it. */
export const KINDS: readonly SourceKindFactory[] = [folder, httpDirectory, rest, urls];

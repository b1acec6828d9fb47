import {
  CloudDownload,
  Copy,
  House,
  ImagePlus,
  Images,
  ListChecks,
  type LucideIcon,
  MapPin,
  Trash2,
  Waypoints,
} from 'lucide-react';
import type { Role } from '../../../domain/access.ts';
import type { Words } from '../words/english.ts';

/** Below it lie the pages; see routes.tsx. */
export const BASE = '/app';

export interface Place {
  name: keyof Words['shell']['places'];
  to: string;
  icon: LucideIcon;
  /** Who has something to do there; by default everybody. */
  needs?: Role;
}

export interface PlaceGroup {
  name: keyof Words['shell']['groups'] | null;
  places: readonly Place[];
}

/** @param path below `/app`, such as `imports/<id>` */
export const addressOfPage = (path: string): string => `${BASE}/${path}`;

/** One image, wherever it is mentioned. */
export const imageAt = (id: number): string => addressOfPage(`library?image=${id}`);

const place = (name: Place['name'], path: string, icon: LucideIcon, needs?: Role): Place => ({
  name,
  to: path === '' ? BASE : addressOfPage(path),
  icon,
  ...(needs !== undefined && { needs }),
});

const HOME = place('home', '', House);
const ADD = place('add', 'add', ImagePlus, 'contributor');
const LIBRARY = place('library', 'library', Images);
const REVIEW = place('review', 'review', ListChecks);
const MAP = place('map', 'map', MapPin);
const DUPLICATES = place('duplicates', 'duplicates', Copy);
const TRASH = place('trash', 'trash', Trash2);
const IMPORTS = place('imports', 'imports', CloudDownload);
const SOURCES = place('sources', 'sources', Waypoints);

/** The pages that can be gone to, in their order. */
export const PLACES: readonly PlaceGroup[] = [
  { name: null, places: [HOME] },
  { name: 'look', places: [LIBRARY, MAP, REVIEW, DUPLICATES, TRASH] },
  { name: 'work', places: [ADD, IMPORTS, SOURCES] },
];

/** Those that a thumb reaches on a phone; the others are behind a button. */
export const NEAREST: readonly Place[] = [HOME, LIBRARY, ADD, IMPORTS];

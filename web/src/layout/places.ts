import {
  Camera,
  ChartColumn,
  CloudDownload,
  Copy,
  FileDown,
  House,
  ImagePlus,
  Images,
  ListChecks,
  type LucideIcon,
  MapPin,
  Settings,
  Target,
  Trash2,
  TriangleAlert,
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

/** The pages that can be gone to, in their order. */
export const PLACES: readonly PlaceGroup[] = [
  { name: null, places: [HOME] },
  { name: 'look', places: [LIBRARY, MAP] },
  {
    name: 'work',
    places: [ADD, IMPORTS, place('sources', 'sources', Waypoints), place('cameras', 'cameras', Camera)],
  },
  { name: 'care', places: [REVIEW, DUPLICATES, place('failures', 'failures', TriangleAlert), TRASH] },
  {
    name: 'use',
    places: [
      place('reports', 'reports', ChartColumn),
      place('campaigns', 'campaigns', Target),
      place('exports', 'exports', FileDown),
    ],
  },
  { name: null, places: [place('settings', 'settings', Settings)] },
];

/** Those that a thumb reaches on a phone; the others are behind a button. */
export const NEAREST: readonly Place[] = [HOME, LIBRARY, ADD, IMPORTS];

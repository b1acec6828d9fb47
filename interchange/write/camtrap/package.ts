import type { Part } from './deployments.ts';

const VERSION = '1.0.2';
const SCHEMAS = `https://raw.githubusercontent.com/tdwg/camtrap-dp/${VERSION}`;

export const SAMPLING_DESIGNS = [
  ...(['simpleRandom', 'systematicRandom', 'clusteredRandom', 'experimental', 'targeted'] as const),
  'opportunistic',
] as const;

/** What a package says of its project; nobody can work it out from pictures. */
export interface Project {
  title: string;
  samplingDesign: (typeof SAMPLING_DESIGNS)[number];
  captureMethod: readonly ('activityDetection' | 'timeLapse')[];
  /** Animals are told apart as individuals. */
  individualAnimals: boolean;
  contributors: readonly Contributor[];
  /** Both or none: a package must not say under which terms one half of it is. */
  licenses: { data: string; media: string } | null;
}

export interface Contributor {
  title: string;
  email?: string;
  organization?: string;
  role?: 'contact' | 'principalInvestigator' | 'rightsHolder' | 'publisher' | 'contributor';
}

/** `datapackage.json`. */
export function packageText(
  project: Project,
  what: {
    createdAt: Date;
    parts: readonly Part[];
    scientificNames: Iterable<string>;
    levels: readonly ('media' | 'event')[];
  },
): string {
  const { createdAt, parts, scientificNames, levels } = what;
  const { contributors, licenses, ...rest } = project;
  const text = {
    profile: `${SCHEMAS}/camtrap-dp-profile.json`,
    created: createdAt.toISOString().replace(/\.\d+Z$/, 'Z'),
    title: project.title,
    contributors: contributors.map((one) => ({ ...one, role: one.role ?? 'contributor' })),
    ...(licenses !== null && {
      licenses: [
        { name: licenses.data, scope: 'data' },
        { name: licenses.media, scope: 'media' },
      ],
    }),
    project: { ...rest, observationLevel: levels },
    spatial: spatialOf(parts),
    temporal: temporalOf(parts, createdAt),
    taxonomic: [...new Set(scientificNames)].sort().map((scientificName) => ({ scientificName })),
    resources: (['deployments', 'media', 'observations'] as const).map((name) => ({
      ...{
        name,
        path: `${name}.csv`,
        profile: 'tabular-data-resource',
        format: 'csv',
        mediatype: 'text/csv',
      },
      ...{ encoding: 'utf-8', schema: `${SCHEMAS}/${name}-table-schema.json` },
    })),
  };
  return `${JSON.stringify(text, null, 2)}\n`;
}

/** Every place once, as GeoJSON. */
function spatialOf(parts: readonly Part[]) {
  const points = new Map(
    parts.map(({ of }) => [`${of.longitude} ${of.latitude}`, [of.longitude, of.latitude]]),
  );
  return { type: 'MultiPoint', coordinates: [...points.values()] };
}

function temporalOf(parts: readonly Part[], createdAt: Date) {
  const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
  const first = parts.reduce((least, { from }) => Math.min(least, from), Number.POSITIVE_INFINITY);
  const last = parts.reduce((most, { to }) => Math.max(most, to), Number.NEGATIVE_INFINITY);
  // A package without deployments says nothing of any time, but must name one.
  return parts.length === 0
    ? { start: day(createdAt.getTime()), end: day(createdAt.getTime()) }
    : { start: day(first), end: day(last) };
}

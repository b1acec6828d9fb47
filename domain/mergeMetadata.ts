import type { CapturedAtOrigin, CapturedFlag, Confidence } from './facts.ts';

/** What an asset that is kept can take over from those that are merged into it. */
export const MERGE_FIELDS = ['location', 'captured_at', 'camera'] as const;
export type MergeField = (typeof MERGE_FIELDS)[number];

/** The values of an asset behind each field; times are ISO 8601 UTC with microseconds. */
export interface Mergeable {
  location: { latitude: number | null; longitude: number | null; altitude: number | null };
  captured_at: {
    captured_at: string | null;
    captured_at_origin: CapturedAtOrigin | null;
    captured_local: string | null;
    captured_offset: number | null;
    captured_confidence: Confidence | null;
    captured_flags: CapturedFlag[];
  };
  camera: {
    camera_make: string | null;
    camera_model: string | null;
    camera_serial: string | null;
    camera_key: string | null;
  };
}

export type MergeChange = {
  [F in MergeField]: { field: F; from: number; before: Mergeable[F]; after: Mergeable[F] };
}[MergeField];

/** `keep`: what the kept asset has stays, even if that is nothing. A number: take that asset's. */
export type MergeChoices = { [F in MergeField]?: 'keep' | number | undefined };

/** The lower, the better known. */
const TIME_RANKS: Readonly<Record<CapturedAtOrigin | 'none', number>> = {
  'exif-offset': 0,
  'exif-gps': 1,
  'exif-zone': 2,
  xmp: 3,
  iptc: 4,
  'file-name': 5,
  modified: 6,
  none: 7,
};
const timeRank = ({ captured_at }: Mergeable): number => TIME_RANKS[captured_at.captured_at_origin ?? 'none'];

/** Whether an asset lacks a field. A time that only the file system knew counts as none. */
const LACKS: Readonly<Record<MergeField, (asset: Mergeable) => boolean>> = {
  location: ({ location }) => location.latitude === null || location.longitude === null,
  captured_at: (asset) => timeRank(asset) >= TIME_RANKS.modified,
  camera: ({ camera }) => camera.camera_make === null && camera.camera_model === null,
};

type Identified = Mergeable & { id: number };

/** What the kept asset takes over: as chosen, else what it lacks and another one has; the first of `removed` wins. */
export function decideChanges(
  keep: Identified,
  removed: readonly Identified[],
  choices: MergeChoices,
): MergeChange[] {
  const changes: MergeChange[] = [];
  for (const field of MERGE_FIELDS) {
    const donor = donorOf(field, keep, removed, choices[field]);
    if (donor === undefined || donor.id === keep.id || sameValues(keep[field], donor[field])) continue;
    changes.push({ field, from: donor.id, before: keep[field], after: donor[field] } as MergeChange);
  }
  return changes;
}

function donorOf(
  field: MergeField,
  keep: Identified,
  removed: readonly Identified[],
  choice: 'keep' | number | undefined,
): Identified | undefined {
  if (choice === 'keep') return undefined;
  if (choice !== undefined) return removed.find(({ id }) => id === choice);
  if (!LACKS[field](keep)) return undefined;
  if (field !== 'captured_at') return removed.find((asset) => !LACKS[field](asset));
  const best = removed.toSorted((a, b) => timeRank(a) - timeRank(b))[0];
  return best !== undefined && timeRank(best) < timeRank(keep) ? best : undefined;
}

export function sameValues(a: object, b: object): boolean {
  const right = new Map(Object.entries(b));
  return Object.entries(a).every(([key, value]) => JSON.stringify(value) === JSON.stringify(right.get(key)));
}

import type { Box, Classification, DetectionLabel } from '../domain/detection.ts';
import { kindOf } from '../domain/taxon.ts';

/** What converters are given: plain records, one for each picture, in the order they are to be written. */
export interface ImageRecord {
  /** Unique, short, without spaces or slashes. */
  id: string;
  /** Path as people know it, with forward slashes; unique, because other programs find pictures by it. */
  file: string;
  /** Where the picture can be had. `null`: nowhere. */
  url: string | null;
  /** Of the picture as it is shown, that is upright. `null`: not known. */
  width: number | null;
  height: number | null;
  mediaType: string;
  capturedAt: Date | null;
  /** Minutes that the camera's clock was ahead of UTC. `null`: not known. */
  offsetMinutes: number | null;
  /** What the camera calls itself. */
  camera: string | null;
  location: { id: string; name: string; latitude: number | null; longitude: number | null } | null;
  /** The stay of a camera at a place that it belongs to; see `Deployment`. */
  deploymentId: string | null;
  /** The pictures that belong to it in time; `position` counts from 1. */
  sequence: { id: string; images: number; position: number } | null;
  /** What was found, the surest first. `null`: nobody looked. */
  boxes: readonly BoxRecord[] | null;
  /** What a classifier says of all of it. It holds where no box is sure; see `shownWhole`. */
  whole: WholeRecord | null;
  /** Who says that there is nothing to see in it, when `boxes` is empty. */
  blankBy: Witness | null;
  /** Why nobody could look. */
  failure: string | null;
}

export interface BoxRecord {
  label: DetectionLabel;
  score: number;
  box: Box;
  /** Best first. */
  classifications: readonly Classification[];
  /** Its score is high enough to be shown. People are always sure. */
  sure: boolean;
  by: Witness;
}

export interface WholeRecord {
  label: DetectionLabel;
  /** What follows from the answers. */
  classification: Classification;
  /** The answers themselves, best first. */
  answers: readonly Classification[];
  by: Witness;
}

/** Who saw something. */
export interface Witness {
  method: 'human' | 'machine';
  name: string;
  at: Date | null;
}

/** Opens the records from the first; formats that keep pictures and boxes apart read them more than once. */
export type Records = () => AsyncIterable<ImageRecord>;

/** What is exported, as a whole. */
export interface Dataset {
  title: string;
  /** Of the export. */
  createdAt: Date;
  /** File name of the detector's weights and the like; `null`: more than one, or not known. */
  detector: {
    name: string;
    completedAt: Date | null;
    typical: number | null;
    conservative: number | null;
  } | null;
  classifier: { name: string; completedAt: Date | null } | null;
}

/** What a box shows: a classifier that saw a person or a vehicle in it knows better than the detector. */
export function shownIn({ label, classifications }: BoxRecord): DetectionLabel {
  const best = kindOf(classifications[0]?.label ?? '');
  if (label === 'person' || best === 'human') return 'person';
  return best === 'vehicle' ? 'vehicle' : label;
}

/** What is said of a picture as a whole, which counts where no box shows anything. `null`: nothing is, or boxes say it. */
export function shownWhole({ boxes, whole }: ImageRecord): WholeRecord | null {
  return boxes === null || boxes.some(({ sure }) => sure) ? null : whole;
}

/** Which kind of animal is said of all of it. `null`: none. */
export function speciesOfWhole({ label, classification }: WholeRecord): string | null {
  return label === 'animal' && kindOf(classification.label) === 'taxon' ? classification.label : null;
}

/** Whether people can be seen in a picture, as far as anybody knows; doubtful boxes count. */
export function showsPeople({ boxes, whole }: ImageRecord): boolean {
  return whole?.label === 'person' || (boxes?.some((box) => shownIn(box) === 'person') ?? false);
}

import { type ImageRecord, showsPeople } from '../../records.ts';
import { type Cell, csvLine } from '../csvLine.ts';
import { zonedTime } from '../times.ts';
import { MEDIA_COLUMNS } from './columns.ts';
import type { Part } from './deployments.ts';

/** Pictures with people, and those that nobody has looked at, are marked as not public. */
export function mediaLine(image: ImageRecord, capturedAt: Date, part: Part): string {
  const cells: Partial<Record<(typeof MEDIA_COLUMNS)[number], Cell>> = {
    mediaID: image.id,
    deploymentID: part.id,
    timestamp: zonedTime(capturedAt, image.offsetMinutes),
    filePath: pathOf(image),
    filePublic: image.url !== null && image.boxes !== null && !showsPeople(image),
    fileName: image.file.slice(image.file.lastIndexOf('/') + 1),
    fileMediatype: image.mediaType,
    mediaComments: image.failure,
  };
  return csvLine(MEDIA_COLUMNS.map((name) => cells[name] ?? null));
}

/** A path must not lead out of the package, so what looks as if it did is named by its id. */
function pathOf({ id, url }: ImageRecord): string {
  return url !== null && /^(?=[^./~])((?!\.{2}).)*$/.test(url) ? url : `media/${id}`;
}

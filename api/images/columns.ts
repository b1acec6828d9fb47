import type { AssetRow } from '../../stores/library.ts';
import { STATUS } from '../present/asset.ts';
import { EVERYBODY, presentPosition, type Viewer } from '../present/position.ts';

export type Cell = string | number | null;

/** What an export tells of an image, in this order; docs/finding-images.md explains each. */
export function exportRow(row: AssetRow, base: string, viewer: Viewer = EVERYBODY) {
  const position = presentPosition(row, viewer);
  return {
    id: row.id,
    name: row.name,
    status: STATUS[row.state],
    source: row.sourceKind,
    mime_type: row.mediaType,
    format: row.format,
    size: row.bytes,
    width: row.width,
    height: row.height,
    created_at: row.createdAt.toISOString(),
    captured_at: row.capturedAt?.toISOString() ?? null,
    captured_local: row.capturedLocal,
    captured_offset_minutes: row.capturedOffset,
    captured_at_origin: row.capturedAtOrigin,
    captured_confidence: row.capturedConfidence,
    captured_flags: row.capturedFlags.join(';'),
    camera_make: row.cameraMake,
    camera_model: row.cameraModel,
    camera_serial: row.cameraSerial,
    camera_key: row.cameraKey,
    latitude: position?.latitude ?? null,
    longitude: position?.longitude ?? null,
    altitude: position?.altitude ?? null,
    location_id: row.locationId,
    user_id: row.userId,
    pull_source_id: row.pullSourceId,
    import_id: row.importId,
    sequence_id: row.sequenceId,
    sequence_position: row.sequencePosition,
    title: row.title,
    description: row.description,
    keywords: row.keywords.join(';'),
    rating: row.rating,
    creator: row.creator,
    copyright: row.copyright,
    content_hash: row.sha256,
    phash: row.phash,
    storage_url: `${base}/retrieve/original/${row.id}`,
  } satisfies Record<string, Cell>;
}

export const EXPORT_COLUMNS: readonly (keyof ReturnType<typeof exportRow>)[] = [
  'id',
  'name',
  'status',
  'source',
  'mime_type',
  'format',
  'size',
  'width',
  'height',
  'created_at',
  'captured_at',
  'captured_local',
  'captured_offset_minutes',
  'captured_at_origin',
  'captured_confidence',
  'captured_flags',
  'camera_make',
  'camera_model',
  'camera_serial',
  'camera_key',
  'latitude',
  'longitude',
  'altitude',
  'location_id',
  'user_id',
  'pull_source_id',
  'import_id',
  'sequence_id',
  'sequence_position',
  'title',
  'description',
  'keywords',
  'rating',
  'creator',
  'copyright',
  'content_hash',
  'phash',
  'storage_url',
];

/** RFC 4180. Texts that a spreadsheet would run as a formula get an apostrophe in front. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = /^[\s]*[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

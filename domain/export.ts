export const EXPORT_FORMATS = ['megadetector', 'coco', 'camtrap_dp', 'csv', 'yolo', 'darwin_core'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export const EXPORT_STATES = [
  ...(['pending', 'collecting', 'writing', 'completed', 'failed', 'cancelled', 'expired'] as const),
] as const;
export type ExportState = (typeof EXPORT_STATES)[number];

/** Images of one part: some megabytes, and a few seconds of work. */
export const EXPORT_PART = 5_000;
/** Images of one export. Two hundred parts are about 1,500 events. */
export const EXPORT_MAX_IMAGES = 1_000_000;
/** How long a file is kept. */
export const EXPORT_DAYS = 7;

/** What the file of a format is. */
export const EXPORT_FILES: Readonly<Record<ExportFormat, { extension: string; mediaType: string }>> = {
  megadetector: { extension: 'json', mediaType: 'application/json' },
  coco: { extension: 'json', mediaType: 'application/json' },
  camtrap_dp: { extension: 'zip', mediaType: 'application/zip' },
  csv: { extension: 'csv', mediaType: 'text/csv' },
  yolo: { extension: 'zip', mediaType: 'application/zip' },
  darwin_core: { extension: 'zip', mediaType: 'application/zip' },
};

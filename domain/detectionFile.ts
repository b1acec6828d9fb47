export const DETECTION_FILE_FORMATS = ['megadetector', 'coco'] as const;
export type DetectionFileFormat = (typeof DETECTION_FILE_FORMATS)[number];

export const DETECTION_FILE_STATES = ['pending', 'processing', 'completed', 'failed'] as const;
export type DetectionFileState = (typeof DETECTION_FILE_STATES)[number];

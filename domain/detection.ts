/** What the detect stage says of an asset. Without a model the pipeline completes and a later model back-fills. */
export type DetectionState = 'skipped' | 'done' | 'failed';
/** `no-runtime`: onnxruntime-node is not installed; `model-unusable`: the file of the model cannot be used here. */
export type DetectionSkipReason = 'no-model' | 'no-runtime' | 'model-unusable';

/** What a detector tells apart, whatever it calls them. */
export const DETECTION_LABELS = ['animal', 'person', 'vehicle'] as const;
export type DetectionLabel = (typeof DETECTION_LABELS)[number];

/** Left, top, width and height as shares (0 to 1) of the picture as it is shown, that is upright. */
export type Box = readonly [x: number, y: number, width: number, height: number];

export interface Detection {
  /** Of the model: MegaDetector has 0, 1, 2. */
  classId: number;
  label: DetectionLabel;
  /** 0 to 1. */
  score: number;
  box: Box;
}

/** What a classifier said of a box or of a whole picture. */
export interface Classification {
  /** As the model's list of labels has it; see `taxon.ts` for those of SpeciesNet. */
  label: string;
  /** 0 to 1. */
  score: number;
}

/** What the detect stage says of an asset. Without a model the pipeline completes and a later model back-fills. */
export type DetectionState = 'skipped' | 'done';
export type DetectionSkipReason = 'no-model';

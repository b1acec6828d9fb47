import { DefaultFailureConverter } from '@temporalio/common';

/** Puts messages and stacks of failures into a payload, where the codec encrypts them. The SDK loads this by its path. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });

import type { WorkflowClientInterceptor } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { currentTraceparent, inSpan } from '../../stores/tracing/span.ts';
import { TRACEPARENT } from '../../workflows/traceHeader.ts';

const marked = <T extends { headers: Record<string, unknown> }>(input: T): T => {
  const parent = currentTraceparent();
  if (parent === null) return input;
  return {
    ...input,
    headers: { ...input.headers, [TRACEPARENT]: defaultPayloadConverter.toPayload(parent) },
  };
};

/** Starts of workflows are parts of the span that they are made in, and tell it to the workflow. */
export const tracedStarts: WorkflowClientInterceptor = {
  start: (input, next) =>
    inSpan({ name: `start ${input.workflowType}`, kind: 'client' }, () => next(marked(input))),
  signalWithStart: (input, next) =>
    inSpan({ name: `start ${input.workflowType}`, kind: 'client' }, () => next(marked(input))),
  startUpdate: (input, next) =>
    inSpan({ name: `update ${input.updateName}`, kind: 'client' }, () => next(input)),
};

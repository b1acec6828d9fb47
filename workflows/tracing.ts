import type { Payload, WorkflowInterceptors, WorkflowInterceptorsFactory } from '@temporalio/workflow';
import {
  ContinueAsNew,
  defaultPayloadConverter,
  proxySinks,
  type Sinks,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import { TRACEPARENT } from './traceHeader.ts';

/** What a run of a workflow was, for whoever collects traces. */
export interface WorkflowRun {
  /** As it was handed in, and of the run itself. */
  parent: string;
  own: string;
  name: string;
  startMs: number;
  endMs: number;
  error: string | null;
}

export interface TraceSinks extends Sinks {
  tracing: { ran(run: WorkflowRun): void };
}

const { tracing } = proxySinks<TraceSinks>();

/**
 * Hands the trace that a workflow was started in on to what it starts. Everything hangs on a header of its first event, so
 * a history without one replays as if this were not here.
 */
export const interceptors: WorkflowInterceptorsFactory = () => {
  let own: Payload | null = null;
  const marked = <T extends { headers: Record<string, Payload> }>(input: T): T =>
    own === null ? input : { ...input, headers: { ...input.headers, [TRACEPARENT]: own } };

  const inbound: WorkflowInterceptors['inbound'] = [
    {
      async execute(input, next) {
        const given = input.headers[TRACEPARENT];
        if (given === undefined) return next(input);
        const parent = defaultPayloadConverter.fromPayload<string>(given);
        const spanId = uuid4().replaceAll('-', '').slice(0, 16);
        const mine = `${parent.slice(0, 36)}${spanId}${parent.slice(52)}`;
        own = defaultPayloadConverter.toPayload(mine);
        const startMs = Date.now();
        let error: string | null = null;
        try {
          return await next(input);
        } catch (thrown) {
          if (!(thrown instanceof ContinueAsNew)) error = thrown instanceof Error ? thrown.name : 'unknown';
          throw thrown;
        } finally {
          const name = workflowInfo().workflowType;
          tracing.ran({ parent, own: mine, name, startMs, endMs: Date.now(), error });
        }
      },
    },
  ];
  const outbound: WorkflowInterceptors['outbound'] = [
    {
      scheduleActivity: (input, next) => next(marked(input)),
      startChildWorkflowExecution: (input, next) => next(marked(input)),
      continueAsNew: (input, next) => next(marked(input)),
    },
  ];
  return { inbound, outbound };
};

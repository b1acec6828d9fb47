import type { Context } from '@temporalio/activity';
import { defaultPayloadConverter } from '@temporalio/common';
import type { ActivityInterceptors, InjectedSinks } from '@temporalio/worker';
import { parseTraceparent } from '../stores/tracing/span.ts';
import type { Tracer } from '../stores/tracing/tracer.ts';
import { TRACEPARENT } from '../workflows/traceHeader.ts';
import type { TraceSinks } from '../workflows/tracing.ts';

/** Each attempt of an activity is a span of the trace that its workflow was started in. */
export function createActivityTraces(tracer: Tracer): (context: Context) => ActivityInterceptors {
  return ({ info }) => ({
    inbound: {
      execute(input, next) {
        const header = input.headers[TRACEPARENT];
        if (header === undefined) return next(input);
        return tracer.childOf(
          defaultPayloadConverter.fromPayload(header),
          {
            name: info.activityType,
            attributes: {
              'temporal.workflow_id': info.workflowExecution?.workflowId ?? '',
              'temporal.run_id': info.workflowExecution?.runId ?? '',
              'temporal.attempt': info.attempt,
              'temporal.task_queue': info.taskQueue,
            },
          },
          () => next(input),
        );
      },
    },
  });
}

/** Runs of workflows are told by the sandbox when they end. Without a tracer nobody listens. */
export function createTraceSinks(tracer: Tracer | null): InjectedSinks<TraceSinks> {
  return {
    tracing: {
      ran: {
        callDuringReplay: false,
        fn({ workflowId, runId }, { parent: given, own, name, startMs, endMs, error }) {
          const parent = parseTraceparent(given);
          const mine = parseTraceparent(own);
          if (tracer === null || parent === null || mine === null || !mine.sampled) return;
          const attributes = { 'temporal.workflow_id': workflowId, 'temporal.run_id': runId };
          tracer.record({
            ...mine,
            ...{ parentSpanId: parent.spanId, kind: 'internal', name, startMs, endMs, attributes, error },
          });
        },
      },
    },
  };
}

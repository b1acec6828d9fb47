import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ChildWorkflowCancellationType,
  ParentClosePolicy,
  startChild,
  WorkflowIdReusePolicy,
} from '@temporalio/workflow';
import { importWorkflowId } from './ids.ts';
import { pulling } from './proxies.ts';
import { runImport } from './runImport.ts';
import { childAttributes } from './searchable.ts';

export type PullEnd = 'completed' | 'failed' | 'cancelled' | 'under way' | 'not to run';

/**
 * What a schedule starts for a source: one run, which is an import.
 *
 * Guarantee: at most one run of a source is under way, whoever asks. It ends with its run, so that the schedule skips the
 * times that fall into it; the run itself goes on when this ends first.
 */
export async function pullSource(pullSourceId: string): Promise<PullEnd> {
  const run = await pulling.beginPull.executeWithOptions({ summary: 'begin a run' }, [pullSourceId]);
  if (run === null) return 'not to run';
  try {
    const child = await startChild(runImport, {
      workflowId: importWorkflowId(run.importId),
      ...childAttributes('import', 'processing'),
      args: [{ importId: run.importId }],
      staticSummary: 'Import',
      parentClosePolicy: ParentClosePolicy.ABANDON,
      cancellationType: ChildWorkflowCancellationType.ABANDON,
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
    });
    return await child.result();
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return 'under way';
    throw error;
  }
}

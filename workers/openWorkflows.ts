import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { WorkflowView } from '../stores/audit/workflows.ts';
import { AUDIT_ID, batchWorkflowId, captureWorkflowId, importWorkflowId } from '../workflows/ids.ts';

const OF_IMPORT = /^(?:import|assets):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?::|$)/;

/** Those of cameras and webhooks go on for as long as the other side wants. */
const ENDLESS = /^(?:capture|watch|camera-test|snapshot|webhook):/;

/** What an audit asks of Temporal. */
export function createWorkflowView(client: Client): WorkflowView {
  async function isOpen(workflowId: string): Promise<boolean> {
    try {
      const { status } = await client.workflow.getHandle(workflowId).describe();
      return status.name === 'RUNNING';
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  }

  return {
    async *open() {
      for await (const { workflowId } of client.workflow.list({ query: 'ExecutionStatus = "Running"' })) {
        if (workflowId === AUDIT_ID || workflowId.startsWith(`${AUDIT_ID}-`)) continue;
        if (ENDLESS.test(workflowId)) continue;
        yield { workflowId, importId: OF_IMPORT.exec(workflowId)?.[1] ?? null };
      }
    },
    // An upload that is new is worked on by its one batch; everything else by the import's own workflow.
    worksOn: async (importId) =>
      (await isOpen(importWorkflowId(importId))) || (await isOpen(batchWorkflowId(importId, 0))),
    captures: (sessionId) => isOpen(captureWorkflowId(sessionId)),
  };
}

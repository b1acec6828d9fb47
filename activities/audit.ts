import { Context } from '@temporalio/activity';
import type { AuditDeps } from '../stores/audit/audit.ts';
import { keptAudit } from '../stores/audit/keptAudit.ts';
import type { AuditActivities } from './contracts.ts';
import { keepAlive } from './heartbeat.ts';
import { toApplicationFailure } from './toApplicationFailure.ts';

/** The audit that a schedule asks for: it reads and tells, and leaves repairs to a person. */
export function createAuditActivities(deps: AuditDeps): AuditActivities {
  return {
    async auditLibrary() {
      await using _alive = keepAlive();
      const { cancellationSignal, cancelled } = Context.current();
      try {
        const { id, report } = await keptAudit(deps, {
          by: 'schedule',
          resume: true,
          async onProgress() {
            if (cancellationSignal.aborted) await cancelled;
          },
        });
        return { auditId: id, sound: report.sound };
      } catch (error) {
        throw toApplicationFailure(error);
      }
    },
  };
}

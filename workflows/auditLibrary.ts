import type { AuditEnd } from '../activities/contracts.ts';
import { auditing } from './proxies.ts';

/**
 * What a schedule starts to compare rows with objects and with Temporal. It changes nothing; its report is a row.
 *
 * Guarantee: an audit whose worker dies is gone on with where it was, not begun again.
 */
export async function auditLibrary(): Promise<AuditEnd> {
  return auditing.auditLibrary.executeWithOptions({ summary: 'read everything' }, []);
}

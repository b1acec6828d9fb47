import type { Request, Response } from 'express';
import type { Logger } from '../../log.ts';
import { type AuditEntry, writeAudit } from '../../stores/access/auditLog.ts';
import type { Database } from '../../stores/postgres/database.ts';
import type { Principal } from './principal.ts';

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

/** A change that somebody asked for, as it goes into the log when it is answered. */
export interface Change {
  /** Which tenant it is about; what was said last counts. */
  in(tenantId: string | null): void;
}

interface Asked {
  operationId: string;
}

/** Who asks for what. To be read before the connection is closed, which takes the address with it. */
export function entryOf(
  { operationId }: Asked,
  req: Request,
  res: Response,
  principal: Principal,
): Omit<AuditEntry, 'tenantId' | 'status'> {
  return {
    principalId: principal.id,
    principal: principal.name,
    keyPrefix: principal.key?.prefix ?? null,
    address: req.ip ?? null,
    requestId: String(res.getHeader('X-Request-Id') ?? ''),
    operation: operationId,
    subject: Object.fromEntries(
      Object.entries(req.params).map(([name, id]) => [name, String(id).slice(0, 200)]),
    ),
  };
}

/** Has a changing request written down, however it ends. What was asked to be shown is not. */
export function noteChange(
  { db, log }: { db: Database; log: Logger },
  asked: Asked,
  req: Request,
  res: Response,
  principal: Principal,
): Change {
  let tenant = principal.memberships[0]?.tenantId ?? null;
  if (READING.has(req.method)) return { in: () => {} };
  const about = entryOf(asked, req, res, principal);
  res.once('close', () => {
    // 499: whoever asked did not wait for the answer.
    const entry = { ...about, tenantId: tenant, status: res.writableFinished ? res.statusCode : 499 };
    db.as('all', () => db.run((sql) => writeAudit(sql, entry))).catch((error: unknown) =>
      // The log of the process is what is left then.
      log.error(
        { err: error, audit: { ...entry, subject: JSON.stringify(entry.subject) } },
        'change not written to the audit log',
      ),
    );
  });
  return {
    in(tenantId) {
      tenant = tenantId;
    },
  };
}

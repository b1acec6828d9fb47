import type { Request, Response } from 'express';
import type { Logger } from '../../log.ts';
import { writeAudit } from '../../stores/access/auditLog.ts';
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

/** Has a changing request written down, however it ends. What was asked to be shown is not. */
export function noteChange(
  { db, log }: { db: Database; log: Logger },
  { operationId }: Asked,
  req: Request,
  res: Response,
  principal: Principal,
): Change {
  let tenant = principal.memberships[0]?.tenantId ?? null;
  if (READING.has(req.method)) return { in: () => {} };
  const subject = Object.fromEntries(
    Object.entries(req.params).map(([name, id]) => [name, String(id).slice(0, 200)]),
  );
  // Gone with the connection.
  const address = req.ip ?? null;
  const requestId = String(res.getHeader('X-Request-Id') ?? '');
  res.once('close', () => {
    const entry = {
      tenantId: tenant,
      principalId: principal.id,
      principal: principal.name,
      keyPrefix: principal.key?.prefix ?? null,
      address,
      requestId,
      operation: operationId,
      subject,
      // 499: whoever asked did not wait for the answer.
      status: res.writableFinished ? res.statusCode : 499,
    };
    db.as('all', () => db.run((sql) => writeAudit(sql, entry))).catch((error: unknown) =>
      // The log of the process is what is left then.
      log.error(
        { err: error, audit: { ...entry, subject: JSON.stringify(subject) } },
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

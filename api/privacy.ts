import type { Request, Response } from 'express';
import { areaOf, covers, scopeFor } from '../domain/access.ts';
import { writeAudit } from '../stores/access/auditLog.ts';
import type { Database } from '../stores/postgres/database.ts';
import { hiddenIn } from '../stores/privacy.ts';
import { entryOf } from './access/audit.ts';
import { membershipsFor, type Principal, principalOf } from './access/principal.ts';
import { notSignedIn, roleNeeded, scopeNeeded } from './access/refusals.ts';
import { Problem } from './problem.ts';

/** A request for a picture. */
export interface Look {
  /** Whether people are asked to be seen whom their tenant hides. */
  unblurred: boolean;
  operation: { operationId: string; tag: string };
  req: Request;
  res: Response;
}

/**
 * The one place that decides who may see people whom their tenant wants nobody to recognise: its managers, when they say so,
 * and each time it is written down before they do. For all others renditions are made without them, and what no model has
 * looked at is held back.
 */
export interface PrivacyDesk {
  /** Before bytes are given out as they came. @returns whether they show what others do not see @throws Problem 403 */
  original(assetIds: readonly number[], look: Look): Promise<boolean>;
  /** @returns whether the rendition is to be one that shows people @throws Problem 403 */
  rendition(assetId: number, look: Look): Promise<boolean>;
  /** Writes down that somebody sees people of a tenant. @throws Problem 403 for whoever may not */
  reveal(tenantId: string, look: Look): Promise<void>;
}

/** For what only its reader may see, and only once. */
export const NOT_KEPT = 'private, no-store';

export function createPrivacyDesk(db: Database): PrivacyDesk {
  async function reveal(tenantId: string, { operation, req, res }: Look): Promise<void> {
    const principal = principalOf(res);
    if (principal === null) throw notSignedIn();
    allow(principal, tenantId, operation.tag);
    const { subject, ...entry } = entryOf(operation, req, res, principal);
    const row = { ...entry, tenantId, subject: { ...subject, unblurred: 'true' }, status: 200 };
    await db.as('all', () => db.run((sql) => writeAudit(sql, row)));
  }

  return {
    reveal,

    async original(assetIds, look) {
      let shown = false;
      for (const id of assetIds) {
        const hidden = await db.run((sql) => hiddenIn(sql, id));
        if (hidden === null) continue;
        if (!look.unblurred) throw hidden.unseen ? notLookedAt() : peopleHidden();
        await reveal(hidden.tenantId, look);
        shown = true;
      }
      return shown;
    },

    async rendition(assetId, look) {
      const hidden = await db.run((sql) => hiddenIn(sql, assetId));
      if (hidden === null) return false;
      if (look.unblurred) {
        await reveal(hidden.tenantId, look);
        return true;
      }
      if (hidden.unseen) throw notLookedAt();
      return false;
    },
  };
}

/** @throws Problem 403 */
function allow(principal: Principal, tenantId: string, tag: string): void {
  const scope = scopeFor(areaOf(tag), 'manager', true);
  if (principal.key !== null && !covers(principal.key.scopes, scope)) throw scopeNeeded(scope);
  // Whoever holds a link was given a picture as everybody sees it.
  if (principal.installation && principal.kind !== 'link') return;
  if (!membershipsFor(principal, 'manager').some((each) => each.tenantId === tenantId))
    throw roleNeeded('manager');
}

const TITLE = 'People in this picture are not to be recognised';
const MANAGERS = 'A manager of the tenant can add unblurred=true, which is written to the audit log.';

function held(detail: string): Problem {
  return new Problem({ status: 403, code: 'people_hidden', title: TITLE, detail: `${detail} ${MANAGERS}` });
}

function peopleHidden(): Problem {
  return held(
    'The tenant hides people, and this picture shows some. Its renditions can be had without them.',
  );
}

function notLookedAt(): Problem {
  return held('The tenant hides people, and no model has said yet where this picture shows some.');
}

/** Of pictures that cameras show now. */
export function liveHidden(): Problem {
  return held(
    'The tenant hides people, and no model looks at live pictures. What is captured can be seen when one has looked at it.',
  );
}

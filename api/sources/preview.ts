import type { z } from 'zod';
import { saveCredentials } from '../../stores/credentials/credentials.ts';
import { createPreview, dropPreview, findLookedAt } from '../../stores/pulling/previews.ts';
import { DEFAULT_TENANT, ensureTenant } from '../../stores/tenants.ts';
import type { ApiDeps } from '../deps.ts';
import { Problem, pointing } from '../problem.ts';
import type { ImportPreviewRequest } from '../schemas/imports.ts';
import { TestReport } from '../schemas/pullSources.ts';
import { checkCredentials } from './credentials.ts';

interface Preview {
  kind: string;
  /** Canonical, without credentials. */
  address: string;
  report: z.output<typeof TestReport>;
}

/** What is neither shown nor run needs none; the row wants one. */
const NEVER = { everySeconds: 86_400 } as const;

/**
 * Has a worker list a place. What it needs for that is in a row of its own, which goes afterwards.
 * @throws Problem 422 when the address is not understood, 503 when no worker listed it in time
 */
export async function previewPlace(
  { db, sources, sealer, workflows }: ApiDeps,
  body: z.output<typeof ImportPreviewRequest>,
): Promise<Preview> {
  const { kind, parsed } = pointing('url', () => sources.parse(body.url, body.kind, body.settings));
  const secret = body.credentials && checkCredentials(sources.get(kind), body.credentials);
  const id = await db.tx(async (tx) => {
    const tenantId = (await ensureTenant(tx, body.tenant_name ?? DEFAULT_TENANT)).id;
    return createPreview(tx, tenantId, {
      ...{ name: parsed.address, kind, baseUrl: parsed.address, ...parsed, options: {}, schedule: NEVER },
      ...{ userId: null, locationId: null, authUsername: null, authHeader: null, timezone: null },
      ...{ isActive: false, maxFilesPerRun: null, settleSeconds: 0, requestsPerSecond: null },
      authType: secret === undefined ? 'none' : 'other',
      credentialId:
        secret === undefined ? null : await saveCredentials(tx, sealer, { tenantId, kind, value: secret }),
    });
  });
  try {
    await workflows.testSource(id, 0);
    const seen = await db.run((sql) => findLookedAt(sql, id));
    const report = TestReport.safeParse(seen?.lastTest);
    if (!report.success) {
      throw new Problem({
        status: 503,
        code: 'no_answer',
        title: 'The place could not be looked at',
        detail: 'No worker finished looking at it in time. Try again in a moment.',
        retryAfter: 10,
      });
    }
    return { kind, address: parsed.address, report: report.data };
  } finally {
    await db.tx((tx) => dropPreview(tx, id));
  }
}

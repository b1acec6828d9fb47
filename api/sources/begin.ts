import type { z } from 'zod';
import { saveCredentials } from '../../stores/credentials/credentials.ts';
import { createImport } from '../../stores/imports.ts';
import { enqueue } from '../../stores/outbox.ts';
import { DEFAULT_TENANT, ensureTenant } from '../../stores/tenants.ts';
import type { ApiDeps } from '../deps.ts';
import { pointing } from '../problem.ts';
import type { ImportCreate } from '../schemas/imports.ts';
import { checkCredentials } from './credentials.ts';

/** Records an import and what it is asked with; its workflow starts as soon as Temporal hears of it. Returns its id. @param field that the address came in */
export async function beginImport(
  deps: ApiDeps,
  body: z.output<typeof ImportCreate>,
  field = 'url',
): Promise<string> {
  const { db, sources, sealer, dispatcher } = deps;
  const { kind, parsed } = pointing(field, () => sources.parse(body.url, body.kind, body.settings));
  const secret = body.credentials && checkCredentials(sources.get(kind), body.credentials);
  const id = await db.tx(async (tx) => {
    const tenantId = (await ensureTenant(tx, body.tenant_name ?? DEFAULT_TENANT)).id;
    const credentialId =
      secret === undefined ? null : await saveCredentials(tx, sealer, { tenantId, kind, value: secret });
    const importId = await createImport(tx, {
      tenantId,
      kind,
      ...parsed,
      force: body.force,
      timezone: body.timezone ?? null,
      credentialId,
      requestsPerSecond: body.requests_per_second ?? null,
    });
    await enqueue(tx, { tenantId, kind: 'run-import', importId });
    return importId;
  });
  dispatcher.kick();
  return id;
}

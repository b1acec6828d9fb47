import type { z } from 'zod';
import type { Json } from '../../sources/source.ts';
import { saveCredentials } from '../../stores/credentials/credentials.ts';
import { amendImport, readImport } from '../../stores/imports.ts';
import type { ApiDeps } from '../deps.ts';
import { notFound, Problem } from '../problem.ts';
import type { ImportHelp } from '../schemas/imports.ts';
import { checkCredentials } from './credentials.ts';

/** Gives an import what it waited for: credentials, or a setting. The place it reads stays the same. */
export async function amendFrom(
  { db, sources, sealer }: ApiDeps,
  importId: string,
  body: z.output<typeof ImportHelp>,
): Promise<void> {
  if (body.credentials === undefined && body.settings === undefined) return;
  const record = await db.run((sql) => readImport(sql, importId));
  if (record === null) throw notFound('import');
  const kind = sources.get(record.kind);
  const secret = body.credentials && checkCredentials(kind, body.credentials);
  const before = record.settings as { [name: string]: Json } | null;
  const parsed = kind.parse(record.address, { ...before, ...body.settings });
  if (parsed.address !== record.address) {
    throw new Problem({
      status: 422,
      code: 'invalid_request',
      title: 'The request is not valid',
      detail: 'These settings would make it another place. Start a new import for that.',
      errors: [{ pointer: '/settings', detail: 'would change the address' }],
    });
  }
  await db.tx(async (tx) => {
    const { tenantId } = record;
    const credentialId =
      secret === undefined
        ? record.credentialId
        : await saveCredentials(tx, sealer, { tenantId, kind: record.kind, value: secret });
    await amendImport(tx, importId, { settings: parsed.settings, credentialId });
  });
}

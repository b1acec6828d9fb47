import { rm } from 'node:fs/promises';
import { z } from 'zod';
import { viewImport } from '../../stores/imports.ts';
import { DEFAULT_TENANT } from '../../stores/tenants.ts';
import type { ApiDeps } from '../deps.ts';
import { waitAsPreferred } from '../http/prefer.ts';
import { presentImport } from '../present/import.ts';
import { notFound } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { TenantName, TimeZone } from '../schemas/common.ts';
import { Import } from '../schemas/imports.ts';
import { isImportSettled } from '../sources/settled.ts';
import { storeArchive } from '../upload/archive/storeArchive.ts';
import { readFields } from '../upload/form.ts';
import { receiveArchive } from '../upload/oneFile.ts';

const Form = z.object({
  tenant_name: TenantName.default(DEFAULT_TENANT),
  timezone: TimeZone.optional().meta({ description: 'IANA zone of camera clocks that name none' }),
  force: z.enum(['true', 'false']).default('false').meta({ description: 'Bring known files in again' }),
});
const ArchiveForm = Form.extend({ file: z.file().meta({ description: 'A zip archive' }) });

/** Imports of what an uploaded archive holds. */
export function archiveRoutes(deps: ApiDeps): Route[] {
  const { config, db } = deps;
  const receive = receiveArchive(deps);

  return [
    defineRoute({
      method: 'post',
      path: '/imports/archive',
      operationId: 'importArchive',
      summary: 'Bring in the pictures of a zip archive',
      tag: 'imports',
      needs: 'contributor',
      multipart: ArchiveForm,
      waits: true,
      answers: { 202: { description: 'Accepted; watch it under its id', schema: Import } },
      async handle(_input, req, res) {
        const file = await receive(req, res);
        try {
          const { tenant_name: tenantName, timezone = null, force } = readFields(Form, req.body);
          const id = await storeArchive(deps, { tenantName, file, timezone, force: force === 'true' });
          await waitAsPreferred(req, res, () => isImportSettled(db, id));
          const view = await db.run((sql) => viewImport(sql, id));
          if (view === null) throw notFound('import');
          const ui = { url: config.temporal.uiUrl, namespace: config.temporal.namespace };
          res.status(202).location(`/imports/${id}`).json(presentImport(view, ui));
        } finally {
          await rm(file.path, { force: true });
        }
      },
    }),
  ];
}

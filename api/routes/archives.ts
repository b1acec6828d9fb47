import { rm } from 'node:fs/promises';
import multer from 'multer';
import { z } from 'zod';
import { viewImport } from '../../stores/imports.ts';
import { DEFAULT_TENANT } from '../../stores/tenants.ts';
import type { ApiDeps } from '../deps.ts';
import { presentImport } from '../present/import.ts';
import { notFound, Problem } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { TenantName, TimeZone } from '../schemas/common.ts';
import { Import } from '../schemas/imports.ts';
import { storeArchive } from '../upload/archive/storeArchive.ts';
import { FORM_LIMITS, parseForm, readFields } from '../upload/form.ts';
import { createJudges } from '../upload/judge.ts';
import { createSpool, spooledOf } from '../upload/spool.ts';

const Form = z.object({
  tenant_name: TenantName.default(DEFAULT_TENANT),
  timezone: TimeZone.optional().meta({ description: 'IANA zone of camera clocks that name none' }),
  force: z.enum(['true', 'false']).default('false').meta({ description: 'Bring known files in again' }),
});
const ArchiveForm = Form.extend({ file: z.file().meta({ description: 'A zip archive' }) });

/** Imports of what an uploaded archive holds. */
export function archiveRoutes(deps: ApiDeps): Route[] {
  const { config, db } = deps;
  const form = multer({
    storage: createSpool({
      dir: config.storage.scratchDir,
      maxBytes: config.maxArchiveBytes,
      judge: createJudges(deps.sniff).archive,
      createDigests: deps.createDigests,
    }),
    defParamCharset: 'utf8',
    limits: { ...FORM_LIMITS, files: 1, parts: FORM_LIMITS.fields + 2 },
  }).single('file');

  return [
    defineRoute({
      method: 'post',
      path: '/imports/archive',
      operationId: 'importArchive',
      summary: 'Bring in the pictures of a zip archive',
      tag: 'imports',
      multipart: ArchiveForm,
      answers: { 202: { description: 'Accepted; watch it under its id', schema: Import } },
      async handle(_input, req, res) {
        await parseForm(form, req, res);
        if (req.file === undefined) {
          throw new Problem({
            status: 422,
            code: 'invalid_request',
            title: 'The request is not valid',
            detail: 'Send the archive as multipart/form-data, in the field "file".',
            errors: [{ pointer: '/file', detail: 'is required' }],
          });
        }
        const file = spooledOf(req.file);
        try {
          const { tenant_name: tenantName, timezone = null, force } = readFields(Form, req.body);
          const id = await storeArchive(deps, { tenantName, file, timezone, force: force === 'true' });
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

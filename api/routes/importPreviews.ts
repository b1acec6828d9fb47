import type { z } from 'zod';
import type { ApiDeps } from '../deps.ts';
import { presentFailure } from '../present/failure.ts';
import { defineRoute, type Route } from '../route.ts';
import { ImportPreview, ImportPreviewRequest } from '../schemas/imports.ts';
import { previewPlace } from '../sources/preview.ts';

/** A look at a place before anything of it is brought in. */
export function importPreviewRoutes(deps: ApiDeps): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/imports/preview',
      operationId: 'previewImport',
      summary: 'Say what an address is and list its first files; nothing is fetched or kept',
      tag: 'imports',
      needs: 'contributor',
      body: ImportPreviewRequest,
      problems: [503],
      answers: { 200: { description: 'What is there', schema: ImportPreview } },
      async handle({ body }, _req, res) {
        const { kind, address, report } = await previewPlace(deps, body);
        res.json({
          ...{ kind, address, title: deps.sources.get(kind).title },
          ...{
            listed: report.listed,
            complete: report.complete,
            skipped: report.skipped,
            sample: report.sample,
          },
          error: presentFailure(report.error?.type ?? null, report.error?.detail ?? null),
        } satisfies z.input<typeof ImportPreview>);
      },
    }),
  ];
}

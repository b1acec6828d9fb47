import type { z } from 'zod';
import { asking } from '../../stores/finding/find.ts';
import { gapsOf, listSequences } from '../../stores/sequences/sequences.ts';
import { DEFAULT_TENANT, readTenantId } from '../../stores/tenants.ts';
import type { ApiDeps } from '../deps.ts';
import { pages } from '../present/page.ts';
import { defineRoute, type Route } from '../route.ts';
import { SequenceList, SequenceQuery } from '../schemas/sequences.ts';

/** Images that one camera took shortly after one another. */
export function sequenceRoutes({ db, config }: ApiDeps): Route[] {
  const base = config.publicUrl ?? '';
  return [
    defineRoute({
      method: 'get',
      path: '/sequences',
      operationId: 'listSequences',
      summary: 'Images of one camera that belong together in time; `GET /images?sequence=` has its images',
      tag: 'library',
      needs: 'viewer',
      query: SequenceQuery,
      answers: { 200: { description: 'One page, the latest first', schema: SequenceList } },
      async handle({ query }, _req, res) {
        const tenantId = await db.run((sql) => readTenantId(sql, query.tenant_name ?? DEFAULT_TENANT));
        const gaps = await db.run((sql) => gapsOf(sql, tenantId));
        const { sequences, total } = await asking(db, (tx) =>
          listSequences(tx, {
            tenantId,
            camera: query.camera ?? null,
            locationId: query.location_id ?? null,
            from: query.from ?? null,
            to: query.to ?? null,
            kind: query.kind ?? null,
            minImages: query.min_images,
            limit: query.limit,
            offset: (query.page - 1) * query.limit,
          }),
        );
        res.json({
          sequences: sequences.map((row) => ({
            id: row.id,
            kind: row.bursts === 1 ? 'burst' : 'sequence',
            camera_key: row.cameraKey,
            location_id: row.locationId,
            started_at: row.startedAt.toISOString(),
            ended_at: row.endedAt.toISOString(),
            images: row.images,
            bursts: row.bursts,
            cover_url: row.coverId === null ? null : `${base}/retrieve/rendition/${row.coverId}/card`,
          })),
          count: sequences.length,
          ...pages(query, total),
          sequence_gap_seconds: gaps.sequence,
          burst_gap_seconds: gaps.burst,
        } satisfies z.input<typeof SequenceList>);
      },
    }),
  ];
}

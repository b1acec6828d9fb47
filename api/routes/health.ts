import type { Response } from 'express';
import { z } from 'zod';
import type { ApiDeps } from '../deps.ts';
import { defineRoute, type Route } from '../route.ts';

const PART_DEADLINE_MS = 3_000;

const Health = z
  .object({
    status: z.enum(['healthy', 'degraded']),
    version: z.string(),
    parts: z.record(z.string(), z.object({ ok: z.boolean(), detail: z.string().optional() })),
  })
  .meta({ id: 'Health' });
type HealthBody = z.infer<typeof Health>;

async function probe(check: Promise<unknown>): Promise<{ ok: boolean; detail?: string }> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), PART_DEADLINE_MS);
  });
  check.catch(() => {});
  try {
    await Promise.race([check, late]);
    return { ok: true };
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.name : 'unknown' };
  } finally {
    clearTimeout(timer);
  }
}

/** Liveness of this process, and readiness of what it stands on. */
export function healthRoutes({ db, objects, workflows, version }: ApiDeps): Route[] {
  async function look(): Promise<HealthBody> {
    const [database, objectStore, temporal] = await Promise.all([
      probe(db.run((sql) => sql`select 1`)),
      probe(objects.check()),
      probe(workflows.check()),
    ]);
    const parts = { database, objects: objectStore, temporal };
    const healthy = Object.values(parts).every((part) => part.ok);
    return { status: healthy ? 'healthy' : 'degraded', version, parts };
  }

  async function answer(res: Response): Promise<void> {
    const health = await look();
    if (health.status !== 'healthy') res.set('Retry-After', '5');
    res.status(health.status === 'healthy' ? 200 : 503).json(health);
  }

  const ready = (path: string, operationId: string, summary: string): Route =>
    defineRoute({
      method: 'get',
      path,
      operationId,
      summary,
      tag: 'health',
      needs: 'anybody',
      answers: {
        200: { description: 'All parts answer', schema: Health },
        503: { description: 'Some part does not', schema: Health },
      },
      handle: (_input, _req, res) => answer(res),
    });

  return [
    defineRoute({
      method: 'get',
      path: '/livez',
      operationId: 'live',
      summary: 'This process answers',
      tag: 'health',
      needs: 'anybody',
      answers: { 200: { description: 'It does', schema: z.object({ status: z.literal('alive') }) } },
      handle(_input, _req, res) {
        res.json({ status: 'alive' });
      },
    }),
    ready('/readyz', 'ready', 'All parts this API stands on answer'),
    ready('/health', 'health', 'The same, where the older services had it'),
    ready('/healthz', 'healthz', 'The same, where the catalog had it'),
  ];
}

import type { ImportView } from '../../domain/import.ts';
import type { Json } from '../../sources/source.ts';
import { viewImport } from '../../stores/imports.ts';
import { enqueue } from '../../stores/outbox.ts';
import { findPullSource, LIST, PUSH } from '../../stores/pulling/pullSources.ts';
import { beginPush } from '../../stores/pulling/runs.ts';
import type { ApiDeps } from '../deps.ts';
import { conflict, notFound } from '../problem.ts';

/** Makes an import of what was pushed. When it resolves, the items are recorded, whatever dies afterwards. */
export async function pushItems(
  { db, sources, dispatcher }: ApiDeps,
  sourceId: string,
  items: readonly { [name: string]: Json }[],
): Promise<ImportView> {
  const { parsed } = sources.parse('urls:', LIST, { items: [...items] });
  const view = await db.tx(async (tx) => {
    const source = await findPullSource(tx, sourceId);
    if (source === null) throw notFound('source');
    if (source.kind !== PUSH)
      throw conflict('This source is pulled; only sources of the kind "push" take items.');
    const run = await beginPush(tx, sourceId, parsed);
    if (run === null) throw conflict('The source is paused. Toggle it to take items again.');
    await enqueue(tx, { tenantId: run.tenantId, kind: 'run-import', importId: run.importId });
    return viewImport(tx, run.importId);
  });
  dispatcher.kick();
  if (view === null) throw notFound('import');
  return view;
}

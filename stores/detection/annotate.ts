import type { Box } from '../../domain/detection.ts';
import type { Sql } from '../postgres/database.ts';
import { refreshLabels } from './labels.ts';

interface Said {
  author: string;
  comment: string | null;
}

/** What a person says of a picture. `detectionId` and `annotationId` name a box of a model or of a person. */
export type Statement = Said &
  (
    | { action: 'confirm' | 'reject'; detectionId: number }
    | { action: 'withdraw'; detectionId: number }
    | { action: 'correct'; detectionId: number; label: string | null; box: Box | null }
    | { action: 'change'; annotationId: number; label: string | null; box: Box | null }
    | { action: 'add'; label: string; box: Box }
    | { action: 'delete'; annotationId: number }
    | { action: 'nothing_here' | 'something_here' }
    | { action: 'comment'; annotationId: number | null }
  );

export type AnnotateEnd = 'done' | 'no asset' | 'no detection' | 'no annotation';

type EventKind =
  | 'confirmed'
  | 'corrected'
  | 'added'
  | 'rejected'
  | 'deleted'
  | 'nothing_here'
  | 'something_here'
  | 'commented';

interface Current {
  id: number;
  label: string;
  box: Box;
  state: string;
}

interface Asset {
  id: number;
  tenantId: string;
  nothingHere: boolean;
}

/** Records what a person says, in what is so now and in the history, which only ever grows. */
export async function annotate(tx: Sql, assetId: number, statement: Statement): Promise<AnnotateEnd> {
  const end = await record(tx, assetId, statement);
  if (end === 'done' && statement.action !== 'comment') await refreshLabels(tx, [assetId]);
  return end;
}

async function record(tx: Sql, assetId: number, statement: Statement): Promise<AnnotateEnd> {
  // Two people at the same picture follow one after the other.
  const [asset] = await tx<Asset[]>`
    select id, tenant_id as "tenantId", nothing_here as "nothingHere" from assets
    where id = ${assetId} and state = 'ready' for no key update`;
  if (asset === undefined) return 'no asset';
  switch (statement.action) {
    case 'confirm':
    case 'correct':
    case 'reject':
      return judge(tx, asset, statement);
    case 'withdraw':
      return withdraw(tx, asset, statement);
    case 'add': {
      const id = await insert(tx, asset, statement.label, statement.box, 'added');
      await note(tx, asset, id, 'added', statement, null, { label: statement.label, box: statement.box });
      return seesSomething(tx, asset);
    }
    case 'change':
    case 'delete':
      return amend(tx, asset, statement);
    case 'nothing_here':
    case 'something_here':
      return verdict(tx, asset, statement);
    case 'comment': {
      const { annotationId } = statement;
      if (annotationId !== null && (await findBox(tx, asset, annotationId)) === null) return 'no annotation';
      await note(tx, asset, annotationId, 'commented', statement, null, null);
      return 'done';
    }
  }
}

const STATES = { confirm: 'confirmed', correct: 'corrected', reject: 'rejected' } as const;

/** Says something of a box of a model; saying something else of it later replaces what was said. */
async function judge(
  tx: Sql,
  asset: Asset,
  statement: Exclude<Extract<Statement, { detectionId: number }>, { action: 'withdraw' }>,
): Promise<AnnotateEnd> {
  const [found] = await tx<{ label: string; box: Box; annotationId: number | null }[]>`
    select label, jsonb_build_array(x, y, width, height) as box, annotation_id as "annotationId"
    from detections where id = ${statement.detectionId} and asset_id = ${asset.id}`;
  if (found === undefined) return 'no detection';
  const state = STATES[statement.action];
  const change = statement.action === 'correct' ? statement : { label: null, box: null };
  const after = { label: change.label ?? found.label, box: change.box ?? found.box };
  const earlier = found.annotationId === null ? null : await findBox(tx, asset, found.annotationId);
  const id = earlier?.id ?? (await insert(tx, asset, after.label, after.box, state));
  if (earlier !== null) await put(tx, id, after, state);
  await tx`update detections set annotation_id = ${id} where id = ${statement.detectionId}`;
  const before = earlier === null ? { label: found.label, box: found.box } : earlier;
  await note(tx, asset, id, state, statement, before, state === 'rejected' ? null : after);
  return state === 'rejected' ? 'done' : seesSomething(tx, asset);
}

/** As if nobody had said anything of a box of a model; that somebody did stays in the history. */
async function withdraw(
  tx: Sql,
  asset: Asset,
  statement: Extract<Statement, { action: 'withdraw' }>,
): Promise<AnnotateEnd> {
  const [found] = await tx<{ annotationId: number | null }[]>`
    select annotation_id as "annotationId" from detections
    where id = ${statement.detectionId} and asset_id = ${asset.id}`;
  if (found === undefined) return 'no detection';
  const before = found.annotationId === null ? null : await findBox(tx, asset, found.annotationId);
  if (before === null) return 'done';
  await tx`update detections set annotation_id = null where annotation_id = ${before.id}`;
  await put(tx, before.id, before, 'deleted');
  await note(tx, asset, before.id, 'deleted', statement, before, null);
  return 'done';
}

async function amend(
  tx: Sql,
  asset: Asset,
  statement: Extract<Statement, { action: 'change' | 'delete' }>,
): Promise<AnnotateEnd> {
  const before = await findBox(tx, asset, statement.annotationId);
  if (before === null) return 'no annotation';
  if (statement.action === 'delete') {
    // Of what a model saw, too, the box is kept: so that the model is not believed again.
    const [seen] = await tx`select from detections where annotation_id = ${before.id} limit 1`;
    const state = seen === undefined ? 'deleted' : 'rejected';
    await put(tx, before.id, before, state);
    await note(tx, asset, before.id, state, statement, before, null);
    return 'done';
  }
  const after = { label: statement.label ?? before.label, box: statement.box ?? before.box };
  await put(tx, before.id, after, before.state === 'added' ? 'added' : 'corrected');
  await note(tx, asset, before.id, 'corrected', statement, before, after);
  return seesSomething(tx, asset);
}

async function verdict(
  tx: Sql,
  asset: Asset,
  statement: Extract<Statement, { action: 'nothing_here' | 'something_here' }>,
): Promise<AnnotateEnd> {
  const nothing = statement.action === 'nothing_here';
  if (nothing) {
    // What people marked is not there either.
    await tx`
      update annotations set updated_at = now(), state = case when exists (
          select from detections d where d.annotation_id = annotations.id) then 'rejected' else 'deleted' end
      where asset_id = ${asset.id} and state not in ('rejected', 'deleted')`;
  }
  await tx`update assets set nothing_here = ${nothing}, updated_at = now() where id = ${asset.id}`;
  await note(tx, asset, null, statement.action, statement, null, null);
  return 'done';
}

/** Whoever marks something takes back that nothing is there. */
async function seesSomething(tx: Sql, asset: Asset): Promise<'done'> {
  await tx`update assets set nothing_here = false, updated_at = now() where id = ${asset.id}`;
  return 'done';
}

async function findBox(tx: Sql, asset: Asset, id: number): Promise<Current | null> {
  const [row] = await tx<Current[]>`
    select id, label, jsonb_build_array(x, y, width, height) as box, state from annotations
    where id = ${id} and asset_id = ${asset.id}`;
  return row ?? null;
}

async function insert(tx: Sql, asset: Asset, label: string, box: Box, state: string): Promise<number> {
  const [x, y, width, height] = box;
  const [row] = await tx<{ id: number }[]>`
    insert into annotations (tenant_id, asset_id, label, x, y, width, height, state)
    values (${asset.tenantId}, ${asset.id}, ${label}, ${x}, ${y}, ${width}, ${height}, ${state}) returning id`;
  if (row === undefined) throw new Error('The insert of an annotation returned no row.');
  return row.id;
}

async function put(
  tx: Sql,
  id: number,
  { label, box }: { label: string; box: Box },
  state: string,
): Promise<void> {
  const [x, y, width, height] = box;
  await tx`
    update annotations set label = ${label}, x = ${x}, y = ${y}, width = ${width}, height = ${height}, state = ${state},
      updated_at = now()
    where id = ${id}`;
}

type What = { label: string; box: Box } | null;

async function note(
  tx: Sql,
  asset: Asset,
  annotationId: number | null,
  kind: EventKind,
  { author, comment }: Said,
  before: What,
  after: What,
): Promise<void> {
  const json = (what: What) => (what === null ? null : tx.json({ label: what.label, box: [...what.box] }));
  await tx`
    insert into annotation_events (tenant_id, asset_id, annotation_id, kind, author, comment, before, after)
    values (${asset.tenantId}, ${asset.id}, ${annotationId}, ${kind}, ${author}, ${comment}, ${json(before)}, ${json(after)})`;
}

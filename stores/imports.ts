import type { FailureType } from '../domain/failures.ts';
import type { ImportKind, ImportState, ImportView } from '../domain/import.ts';
import type { Counts } from '../domain/outcome.ts';
import { storableShort } from '../domain/text.ts';
import type { Json } from '../sources/source.ts';
import { dropCredentials } from './credentials/credentials.ts';
import { handedIn } from './handedIn.ts';
import type { Sql } from './postgres/database.ts';
import { ofTenant } from './tenants.ts';

export interface NewImport {
  tenantId: string;
  kind: ImportKind;
  /** Canonical, without credentials. */
  address: string;
  settings: Json;
  force?: boolean;
  timezone?: string | null;
  credentialId?: string | null;
  requestsPerSecond?: number | null;
  /** Set for a run of a pull source. */
  pull?: {
    pullSourceId: string;
    /** By what somebody pushed, and not by its schedule. */
    pushed?: boolean;
    maxItems: number | null;
    settleSeconds: number;
    userId: string | null;
    locationId: string | null;
  };
}

/** What the activities need to work on an import. */
export interface ImportRecord {
  id: string;
  tenantId: string;
  sourceId: string;
  kind: ImportKind;
  address: string;
  settings: Json;
  force: boolean;
  timezone: string | null;
  credentialId: string | null;
  requestsPerSecond: number | null;
  pullSourceId: string | null;
  maxItems: number | null;
  settleSeconds: number | null;
  state: ImportState;
  listingComplete: boolean;
  cursor: Json;
  pages: number;
  nextSlot: number;
}

/** Records an import of a source; the source is made at first sight. Returns the import's id. */
export async function createImport(tx: Sql, input: NewImport): Promise<string> {
  const [row] = await tx<{ id: string }[]>`
    with known as (
      -- Most are; an upsert would have every upload of a tenant wait for the one before it.
      select id from sources
      where tenant_id = ${input.tenantId} and kind = ${input.kind} and md5(address) = md5(${input.address})
    ), made as (
      insert into sources (tenant_id, kind, address)
      select ${input.tenantId}, ${input.kind}, ${input.address} where not exists (select from known)
      on conflict (tenant_id, kind, md5(address)) do update set address = excluded.address
      returning id
    ), source as (
      select id from known union all select id from made
    ), begun as (
      insert into imports (tenant_id, source_id, kind, address, settings, force, timezone, credential_id, requests_per_second,
        pull_source_id, pushed, max_items, settle_seconds, user_id, location_id)
      select ${input.tenantId}, source.id, ${input.kind}, ${input.address}, ${tx.json(input.settings)},
        ${input.force ?? false}, ${input.timezone ?? null}, ${input.credentialId ?? null}, ${input.requestsPerSecond ?? null},
        ${input.pull?.pullSourceId ?? null}, ${input.pull?.pushed ?? false}, ${input.pull?.maxItems ?? null}, ${input.pull?.settleSeconds ?? null},
        ${input.pull?.userId ?? null}, ${input.pull?.locationId ?? null}
      from source
      returning id, tenant_id, kind
    ), noted as (
      insert into events (tenant_id, import_id, kind)
      select tenant_id, id, 'import.created' from begun where kind not ${handedIn(tx)}
    )
    select id from begun`;
  if (row === undefined) throw new Error('The insert of an import returned no row.');
  return row.id;
}

export async function readImport(sql: Sql, importId: string): Promise<ImportRecord | null> {
  const [row] = await sql<ImportRecord[]>`
    select id, tenant_id as "tenantId", source_id as "sourceId", kind, address, settings, force, timezone, state,
      credential_id as "credentialId", requests_per_second as "requestsPerSecond",
      pull_source_id as "pullSourceId", max_items as "maxItems", settle_seconds as "settleSeconds",
      listing_complete as "listingComplete", cursor, pages, next_slot as "nextSlot"
    from imports where id = ${importId}`;
  return row ?? null;
}

/** Changes what an import asks its source with. Credentials that nothing points at any more are removed. */
export async function amendImport(
  tx: Sql,
  importId: string,
  change: { settings: Json; credentialId: string | null },
): Promise<void> {
  const [before] = await tx<{ credentialId: string | null }[]>`
    select credential_id as "credentialId" from imports where id = ${importId} for update`;
  await tx`
    update imports set settings = ${tx.json(change.settings)}, credential_id = ${change.credentialId}, updated_at = now()
    where id = ${importId}`;
  if (before?.credentialId && before.credentialId !== change.credentialId) {
    await dropCredentials(tx, before.credentialId);
  }
}

/** Moves an import to another state; a finished one stays finished unless `reopen` says otherwise. */
export async function setImportState(
  sql: Sql,
  importId: string,
  state: ImportState,
  options: { error?: { type: FailureType; detail: string }; reopen?: boolean } = {},
): Promise<void> {
  const finished = state === 'completed' || state === 'failed' || state === 'cancelled';
  await sql`
    with changed as (
      update imports set state = ${state}, updated_at = now(),
        finished_at = ${finished ? sql`now()` : null},
        error_type = ${options.error?.type ?? null},
        error_detail = ${options.error === undefined ? null : storableShort(options.error.detail)}
      where id = ${importId} and state <> ${state}
        and (${options.reopen ?? false} or state not in ('completed', 'failed', 'cancelled'))
      returning id, tenant_id
    ), noted as (
      insert into events (tenant_id, import_id, kind, detail)
      select tenant_id, id, ${`import.${state}`}, ${sql.json(options.error ?? {})} from changed
    )
    select pg_notify('tributary_imports', id::text) from changed`;
}

/** An import and its counts as people see it. */
export async function viewImport(sql: Sql, importId: string): Promise<ImportView | null> {
  const [view] = await viewImports(sql, sql`i.id = ${importId}`, sql`limit 1`);
  return view ?? null;
}

/** @param page.tenant `undefined`: of all tenants */
export async function listImports(
  sql: Sql,
  page: { tenant: string | undefined; limit: number; offset: number },
): Promise<{ imports: ImportView[]; total: number }> {
  const where: Fragment = sql`i.kind not ${handedIn(sql)} and ${ofTenant(sql, sql`i.tenant_id`, page.tenant)}`;
  const [count] = await sql<{ total: number }[]>`select count(*) as total from imports i where ${where}`;
  const imports = await viewImports(
    sql,
    where,
    sql`order by i.created_at desc, i.id limit ${page.limit} offset ${page.offset}`,
  );
  return { imports, total: count?.total ?? 0 };
}

/** The runs of a pull source, newest first. */
export async function listRuns(
  sql: Sql,
  pullSourceId: string,
  page: { limit: number; offset: number },
): Promise<ImportView[]> {
  return viewImports(
    sql,
    sql`i.pull_source_id = ${pullSourceId}`,
    sql`order by i.created_at desc, i.id limit ${page.limit} offset ${page.offset}`,
  );
}

type Fragment = ReturnType<Sql>;

async function viewImports(sql: Sql, where: Fragment, tail: Fragment): Promise<ImportView[]> {
  const rows = await sql<
    (Omit<ImportView, 'counts' | 'error'> & {
      errorType: string | null;
      errorDetail: string | null;
      counts: Partial<Counts>;
    })[]
  >`
    select i.id, i.tenant_id as "tenantId", i.kind, i.address, i.state, i.listing_complete as "listingComplete",
      i.error_type as "errorType", i.error_detail as "errorDetail", i.created_at as "createdAt",
      greatest(i.updated_at, c.updated_at) as "updatedAt", i.finished_at as "finishedAt",
      i.credential_id is not null as "hasCredential", i.suspect, i.resumes_at as "resumesAt",
      i.pull_source_id as "pullSourceId", i.known_items as "knownItems",
      i.deferred_items + i.unsettled_items as "deferredItems", c.counts
    from (select * from imports i where ${where} ${tail}) i
    cross join lateral (
      select coalesce(jsonb_object_agg(state, n), '{}') as counts, max(latest) as updated_at
      from (select state, count(*) as n, max(updated_at) as latest from import_items where import_id = i.id group by state) s
    ) c
    order by i.created_at desc, i.id`;
  return rows.map(({ errorType, errorDetail, counts, ...row }) => ({
    ...row,
    counts: withTotal(counts),
    error: errorType === null ? null : { type: errorType, detail: errorDetail ?? '' },
  }));
}

function withTotal(found: Partial<Counts>): Counts {
  const counts = { pending: 0, stored: 0, duplicate: 0, skipped: 0, rejected: 0, failed: 0, ...found };
  const { pending, stored, duplicate, skipped, rejected, failed } = counts;
  return { ...counts, total: pending + stored + duplicate + skipped + rejected + failed };
}

/** Begins (or begins again) to work on an import and tells where. */
export async function openImport(
  tx: Sql,
  importId: string,
): Promise<{
  listingComplete: boolean;
  slots: number;
  firstPendingSlot: number | null;
  paused: boolean;
  parks: boolean;
} | null> {
  await tx`
    with opened as (
      update imports set state = 'processing', finished_at = null, error_type = null, error_detail = null, updated_at = now()
      where id = ${importId} and state not in ('processing', 'paused')
      returning id, tenant_id
    )
    insert into events (tenant_id, import_id, kind) select tenant_id, id, 'import.processing' from opened`;
  return readPosition(tx, importId);
}

/** Until the transaction ends, nobody else hands out slots of the import or moves it to another state. */
export async function lockImport(tx: Sql, importId: string): Promise<void> {
  await tx`select id from imports where id = ${importId} for update`;
}

export async function readPosition(
  sql: Sql,
  importId: string,
): Promise<{
  listingComplete: boolean;
  slots: number;
  firstPendingSlot: number | null;
  paused: boolean;
  parks: boolean;
} | null> {
  const [row] = await sql<
    {
      listingComplete: boolean;
      slots: number;
      firstPendingSlot: number | null;
      paused: boolean;
      parks: boolean;
    }[]
  >`
    select m.listing_complete as "listingComplete", m.next_slot as slots, m.state = 'paused' as paused,
      m.pull_source_id is null as parks,
      (select min(slot) from import_items i where i.import_id = m.id and i.state = 'pending') as "firstPendingSlot"
    from imports m where m.id = ${importId}`;
  return row ?? null;
}

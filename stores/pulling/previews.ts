import { dropCredentials } from '../credentials/credentials.ts';
import type { Database, Sql } from '../postgres/database.ts';
import { createPullSource, type PullSource, type PullSourceInput, pullSourceColumns } from './pullSources.ts';

/** Longer than anybody waits for a look. */
const FORGOTTEN_MINUTES = 60;

/**
 * Records a place that somebody only wants to look at: a source that was deleted before it began, so that no list
 * shows it and no schedule runs it.
 */
export async function createPreview(tx: Sql, tenantId: string, input: PullSourceInput): Promise<string> {
  const id = await createPullSource(tx, tenantId, { ...input, isActive: false });
  await tx`update pull_sources set deleted_at = now(), scheduled_revision = revision where id = ${id}`;
  return id;
}

/** A source that somebody wants to have looked at, be it one that runs or a preview. */
export async function findLookedAt(sql: Sql, id: string): Promise<PullSource | null> {
  const [row] = await sql<PullSource[]>`
    select ${pullSourceColumns(sql)} from pull_sources p where p.id = ${id}`;
  return row ?? null;
}

/** Nothing refers to a preview; its credentials go with it. */
export async function dropPreview(tx: Sql, id: string): Promise<void> {
  const [gone] = await tx<{ credentialId: string | null }[]>`
    delete from pull_sources where id = ${id} and deleted_at is not null returning credential_id as "credentialId"`;
  if (gone?.credentialId != null) await dropCredentials(tx, gone.credentialId);
}

/** Removes those whose asker died before it could. Deleted in the moment in which it was made is nothing else. */
export async function sweepPreviews(db: Database): Promise<void> {
  const forgotten = await db.run(
    (sql) => sql<{ id: string }[]>`
      select id from pull_sources
      where deleted_at = created_at and created_at < now() - ${FORGOTTEN_MINUTES} * interval '1 minute'`,
  );
  for (const { id } of forgotten) await db.tx((tx) => dropPreview(tx, id));
}

import { handedIn } from '../../handedIn.ts';
import type { ObjectStore } from '../../objects/objectStore.ts';
import type { Database, Sql } from '../../postgres/database.ts';
import { redriveItems } from '../../redrive.ts';
import { sweepClaims } from '../../sweep.ts';
import type { Tally } from '../finding.ts';
import { incompleteAssets, oddRenditions } from '../rows.ts';
import { reopenImport } from './imports.ts';
import { renderAgain } from './renditions.ts';

/** Rows that one statement mends. */
const CHUNK = 500;

interface RowRepair {
  what: string;
  /** Mends up to `CHUNK` rows; @returns where */
  mend(tx: Sql): Promise<{ place: string }[]>;
}

const REPAIRS: readonly RowRepair[] = [
  {
    what: 'items that share an asset with the one that brought it in are duplicates',
    mend: (tx) => tx`
      update import_items i set state = 'duplicate', reason = 'known_content', updated_at = now()
      where i.id in (
        select i.id from import_items i join assets a on a.id = i.asset_id
        where i.state = 'stored' and a.item_id <> i.id and a.state in ('pending', 'ready', 'trashed', 'deleting', 'deleted')
        limit ${CHUNK})
      returning 'item ' || i.id as place`,
  },
  {
    what: 'items share the fate of their asset',
    mend: (tx) => tx`
      update import_items i set state = a.state, detail = a.detail, updated_at = now(),
        reason = coalesce(a.reason, case a.state when 'rejected' then 'corrupt_image' else 'internal_error' end)
      from assets a where a.id = i.asset_id and i.id in (
        select i.id from import_items i join assets a on a.id = i.asset_id
        where i.state in ('stored', 'duplicate') and a.state in ('rejected', 'failed') limit ${CHUNK})
      returning 'item ' || i.id as place`,
  },
  {
    what: 'items point at the asset that they brought in',
    mend: (tx) => tx`
      update import_items i set asset_id = a.id, updated_at = now()
      from assets a where a.item_id = i.id and i.id in (
        select i.id from import_items i join assets a on a.item_id = i.id
        where i.state in ('stored', 'duplicate') and i.asset_id is null limit ${CHUNK})
      returning 'item ' || i.id as place`,
  },
  {
    what: 'assets fail with their item',
    mend: (tx) => tx`
      update assets a set state = 'failed', reason = i.reason, detail = i.detail, updated_at = now()
      from import_items i where i.id = a.item_id and a.id in (
        select a.id from assets a join import_items i on i.id = a.item_id
        where a.state = 'pending' and i.state = 'failed' limit ${CHUNK})
      returning 'asset ' || a.id as place`,
  },
  {
    what: 'assets that nobody worked on any more are worked on again',
    async mend(tx) {
      const items = await tx<{ id: number }[]>`
        with lost as (
          update assets a set state = 'failed', reason = 'internal_error',
            detail = 'An audit found that nobody worked on it any more.', updated_at = now()
          from import_items i where i.id = a.item_id and a.id in (
            select a.id from assets a join import_items i on i.id = a.item_id
            where a.state = 'pending' and i.state in ('stored', 'duplicate', 'skipped', 'rejected') limit ${CHUNK})
          returning a.id, a.item_id, a.reason, a.detail
        )
        update import_items i set state = 'failed', asset_id = l.id, reason = l.reason, detail = l.detail
        from lost l where i.id = l.item_id returning i.id`;
      await redriveItems(
        tx,
        items.map(({ id }) => id),
      );
      return items.map(({ id }) => ({ place: `item ${id}` }));
    },
  },
  {
    what: 'the ledger knows what was brought in',
    mend: (tx) => tx`
      insert into source_items (source_id, item_key, tenant_id, external_id, version, outcome, asset_id, import_id)
      select distinct on (m.source_id, i.item_key) m.source_id, i.item_key, i.tenant_id, i.external_id, i.version, i.state,
        i.asset_id, i.import_id
      from import_items i join imports m on m.id = i.import_id
      left join source_items s on s.source_id = m.source_id and s.item_key = i.item_key
      where i.state in ('stored', 'duplicate', 'rejected') and m.kind not ${handedIn(tx)} and s.source_id is null
      order by m.source_id, i.item_key, i.id desc limit ${CHUNK}
      on conflict (source_id, item_key) do nothing
      returning 'item of import ' || import_id as place`,
  },
];

async function openAgain(db: Database, tally: Tally): Promise<void> {
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const [found] = await db.run(
      (sql) => sql<{ id: string }[]>`
        select m.id from imports m
        where m.state in ('completed', 'failed', 'cancelled') and m.id > ${after}
          and exists (select from import_items i where i.import_id = m.id and i.state = 'pending')
        order by m.id limit 1`,
    );
    if (found === undefined) return;
    await reopenImport(db, tally, found.id);
    after = found.id;
  }
}

async function completeRenditions(db: Database, tally: Tally): Promise<void> {
  for (;;) {
    const odd = await db.run(
      (sql) => sql<{ id: number; key: string }[]>`select * from (${oddRenditions(sql)}) odd limit ${CHUNK}`,
    );
    const ids = [...new Set(odd.map(({ id }) => id))];
    const keys = odd.map(({ key }) => key);
    await renderAgain(db, tally, ids, keys);
    if (odd.length < CHUNK) break;
  }
  for (let after = 0; ; ) {
    const found = await db.run(
      (sql) => sql<{ id: number }[]>`
        select id from (${incompleteAssets(sql)}) incomplete where id > ${after} order by id limit ${CHUNK}`,
    );
    const last = found.at(-1);
    if (last === undefined) return;
    const ids = found.map(({ id }) => id);
    await renderAgain(db, tally, ids, []);
    after = last.id;
  }
}

/** Two assets with the same bytes: which one is to stay is not for a program to say. */
async function askAboutTwins(db: Database, tally: Tally): Promise<void> {
  const twins = await db.run(
    (sql) => sql<{ ids: string }[]>`
      select string_agg('asset ' || id, ', ' order by id) as ids from assets
      where state in ('pending', 'ready', 'failed', 'trashed') group by tenant_id, sha256 having count(*) > 1`,
  );
  const places = twins.map(({ ids }) => ids);
  tally.needs('keep one of these assets and delete the others', places.length, places);
}

/** Mends what rows alone can tell, each kind in small transactions, so that a library in use goes on. */
export async function repairRows(
  { db, objects }: { db: Database; objects: ObjectStore },
  tally: Tally,
): Promise<void> {
  for (const { what, mend } of REPAIRS) {
    for (;;) {
      const places = (await db.tx(mend)).map(({ place }) => place);
      tally.repaired(what, places.length, places);
      if (places.length < CHUNK) break;
    }
  }
  await openAgain(db, tally);
  await completeRenditions(db, tally);
  await askAboutTwins(db, tally);
  tally.repaired('claims whose bytes never came are given up', await sweepClaims(db, objects), []);
  const late = await db.run(
    (sql) => sql<{ place: string }[]>`
      update outbox set next_try_at = now() where sent_at is null and created_at < now() - interval '10 minutes'
      returning 'message ' || id || ' (' || kind || '), ' || attempts || ' tries' as place`,
  );
  const places = late.map(({ place }) => place);
  tally.needs(
    'see that the API runs and reaches Temporal; these messages wait for it',
    places.length,
    places,
  );
}

import { READERS_MINUTES } from './looseObjects.ts';
import type { Sql } from './postgres/database.ts';

/** How much of what is made on the fly is kept. */
export interface FlyLimits {
  /** Since somebody last asked for it. */
  days: number;
  /** Of one tenant; what was asked for longest ago goes first. */
  bytes: number;
}

/** Lets go of what was made on the fly and is too old or too much. @param tenantId `null`: of all tenants */
export async function expireFly(sql: Sql, limits: FlyLimits, tenantId: string | null): Promise<void> {
  await letGoOf(
    sql,
    sql`
      delete from renditions r using (
        select object_key, used_at, sum(bytes) over (partition by tenant_id order by used_at desc, object_key) as upto
        from renditions where transient and (${tenantId}::uuid is null or tenant_id = ${tenantId})
      ) kept
      where r.object_key = kept.object_key
        and (kept.used_at < now() - ${limits.days} * interval '1 day' or kept.upto > ${limits.bytes})
      returning r.object_key, r.tenant_id`,
  );
}

/** Lets go of what was made to presets that nobody can ask for any more. */
export async function expireRetired(sql: Sql): Promise<void> {
  await letGoOf(
    sql,
    sql`
      delete from renditions r
      where not r.transient and not exists (
        select from presets p
        where p.name = r.preset and (p.tenant_id = r.tenant_id or p.tenant_id is null) and p.retired_at is null)
      returning r.object_key, r.tenant_id`,
  );
}

async function letGoOf(sql: Sql, deletion: ReturnType<Sql>): Promise<void> {
  await sql`
    with gone as (${deletion})
    insert into loose_objects (key, tenant_id, due_at)
    select object_key, tenant_id, now() + ${READERS_MINUTES} * interval '1 minute' from gone
    on conflict (key) do nothing`;
}

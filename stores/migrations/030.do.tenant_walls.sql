-- The second wall between tenants. Requests that are not of the whole installation run under a role that sees rows of
-- its tenants only, whatever a query forgot to ask for. Workers keep the role of the owner, for which nothing changes.

-- The tenants of the transaction.
create function scope_tenants() returns uuid[] language sql stable parallel safe as $$
  select coalesce(nullif(current_setting('tributary.tenants', true), ''), '{}')::uuid[]
$$;

create function raise_wall(walled text, condition text, rights text) returns void language plpgsql as $$
begin
  if not exists (select from pg_policies where schemaname = current_schema() and tablename = walled
                 and policyname = 'tenant_wall') then
    execute format('create policy tenant_wall on %I using (%s) with check (%s)', walled, condition, condition);
  end if;
  if not (select relrowsecurity from pg_class where oid = walled::regclass) then
    execute format('alter table %I enable row level security', walled);
  end if;
  if rights <> '' and exists (select from pg_roles where rolname = 'tributary_tenant')
    and not has_table_privilege('tributary_tenant', walled, split_part(rights, ', ', -1)) then
    execute format('grant %s on %I to tributary_tenant', rights, walled);
  end if;
end $$;

-- Puts the wall around every table that belongs to tenants, and every table whose rows hang on theirs. Called after each
-- migration, so that a table that is added later is never left out; what is not named here cannot be reached at all.
create function guard_tenants() returns void language plpgsql as $$
declare
  own constant text := 'tenant_id = any ((select scope_tenants())::uuid[])';
  every constant text := 'select, insert, update, delete';
  -- Rows without a tenant are there for all of them.
  shared constant text[] := array['presets', 'active_detectors', 'active_classifiers', 'model_switches'];
  -- Only the API itself writes these, and reads them for whoever may see them.
  kept_apart constant text[] := array['memberships', 'api_keys', 'audit_log'];
  only_read constant text[] := array['models', 'model_classes'];
  it record;
  more boolean := true;
begin
  if not exists (select from pg_roles where rolname = 'tributary_tenant') then
    begin
      create role tributary_tenant nologin;
    exception
      -- Another database of the same server had the same idea.
      when duplicate_object or unique_violation then null;
      when insufficient_privilege then
        raise notice 'Let an administrator run: create role tributary_tenant nologin; grant tributary_tenant to %', current_user;
    end;
  end if;
  if exists (select from pg_roles where rolname = 'tributary_tenant') and not pg_has_role(current_user, 'tributary_tenant',
      case when current_setting('server_version_num')::integer >= 160000 then 'SET' else 'MEMBER' end) then
    begin
      execute format('grant tributary_tenant to %I', current_user);
    exception when insufficient_privilege then
      raise notice 'Let an administrator run: grant tributary_tenant to %', current_user;
    end;
  end if;

  perform raise_wall('tenants', 'id = any ((select scope_tenants())::uuid[])', every);
  for it in
    select c.relname::text as name from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
    where c.relkind in ('r', 'p') and c.relnamespace = current_schema()::regnamespace
  loop
    perform raise_wall(it.name, own, case when it.name = any (kept_apart) then '' else every end);
    if it.name = any (shared) and not exists (select from pg_policies
        where schemaname = current_schema() and tablename = it.name and policyname = 'shared_rows') then
      execute format('create policy shared_rows on %I for select using (tenant_id is null)', it.name);
    end if;
  end loop;

  -- Models are everybody's to read, but for those that are only a name in somebody's file of detections.
  perform raise_wall('models', 'family <> ''imported'' or exists (select from detection_files f where f.model_id = models.id)',
    'select');

  -- What hangs on a row goes with it, so it is seen with it, too.
  while more loop
    more := false;
    for it in
      select distinct on (c.oid) c.relname::text as name, p.relname::text as parent, ca.attname::text as col, pa.attname::text as parent_col
      from pg_constraint k
      join pg_class c on c.oid = k.conrelid and not c.relrowsecurity
      join pg_class p on p.oid = k.confrelid and p.relrowsecurity
      join pg_attribute ca on ca.attrelid = c.oid and ca.attnum = k.conkey[1] and ca.attnotnull
      join pg_attribute pa on pa.attrelid = p.oid and pa.attnum = k.confkey[1]
      where k.contype = 'f' and k.confdeltype = 'c' and array_length(k.conkey, 1) = 1
        and c.relnamespace = current_schema()::regnamespace
      order by c.oid, k.conname
    loop
      perform raise_wall(it.name, format('exists (select from %I p where p.%I = %I.%I)', it.parent, it.parent_col,
        it.name, it.col), case when it.parent = any (only_read) then 'select' else every end);
      more := true;
    end loop;
  end loop;

  -- A view asks with the rights of whoever reads it.
  for it in
    select v.relname::text as name, coalesce('security_invoker=true' = any (v.reloptions), false) as done from pg_class v
    where v.relkind = 'v' and v.relnamespace = current_schema()::regnamespace and pg_has_role(v.relowner, 'USAGE')
      and not exists (select from pg_depend d where d.objid = v.oid and d.deptype = 'e')
  loop
    if not it.done then
      execute format('alter view %I set (security_invoker = true)', it.name);
    end if;
    if exists (select from pg_roles where rolname = 'tributary_tenant') then
      execute format('grant select on %I to tributary_tenant', it.name);
    end if;
  end loop;
end $$;

select guard_tenants();

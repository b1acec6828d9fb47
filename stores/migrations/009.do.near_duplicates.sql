-- Pictures that look alike: the perceptual hashes of what is in the library, searchable by distance, and the groups
-- that they form. docs/duplicates.md says why it is done this way.

-- One row for each asset that ever became ready. Narrow, so that a search reads little, and apart from `assets`, whose
-- rows change more often than their hash.
create table asset_phashes (
  asset_id bigint primary key references assets on delete cascade,
  tenant_id uuid not null references tenants,
  phash bit(64) not null,
  -- Bit n: this asset is the centre of the group of distance 2n, should one form.
  leads smallint not null
);
-- Four bands of 16 bits. A hash with fewer than 8 bits set is that of a picture with next to nothing to see: all of one
-- colour, or a plain gradient. Those look alike to the hash whatever they show, so they are in no index.
create index asset_phashes_band_0 on asset_phashes (tenant_id, (((phash::bigint >> 48) & 65535)::integer))
  include (asset_id, phash, leads) where bit_count(phash) >= 8;
create index asset_phashes_band_1 on asset_phashes (tenant_id, (((phash::bigint >> 32) & 65535)::integer))
  include (asset_id, phash, leads) where bit_count(phash) >= 8;
create index asset_phashes_band_2 on asset_phashes (tenant_id, (((phash::bigint >> 16) & 65535)::integer))
  include (asset_id, phash, leads) where bit_count(phash) >= 8;
create index asset_phashes_band_3 on asset_phashes (tenant_id, ((phash::bigint & 65535)::integer))
  include (asset_id, phash, leads) where bit_count(phash) >= 8;

-- All hashes of a tenant within a Hamming distance of up to 10, exactly: multi-index hashing (Norouzi, Punjani, Fleet
-- 2012). When two hashes differ in d bits, then at least one of the four bands differs in no more than its share of
-- d - 3 bits (the general pigeonhole principle, Qin et al. 2018), so it is enough to look up every value of each band
-- within its share: at most 137 values of three bands and 17 of the fourth.
create function near_phashes(of_tenant uuid, wanted bit(64), within integer)
  returns table (asset_id bigint, distance integer, leads smallint)
  language plpgsql stable
  -- The plan is the same for every hash; workers take longer to start than the search does.
  set plan_cache_mode = force_generic_plan
  set max_parallel_workers_per_gather = 0
  set enable_seqscan = off
as $$
declare
  one constant integer[] := array(select 0 union all select 1 << i from generate_series(0, 15) i);
  two constant integer[] := array(
    select 0 union all select (1 << i) | (1 << j) from generate_series(0, 15) i, generate_series(i, 15) j);
  bits constant bigint := wanted::bigint;
  band_0 integer[]; band_1 integer[]; band_2 integer[]; band_3 integer[];
begin
  if within not between 0 and 10 then
    raise exception 'a distance is between 0 and 10' using errcode = 'invalid_parameter_value';
  end if;
  band_0 := array(select ((bits >> 48) & 65535)::integer # mask from unnest(
    case within / 4 when 0 then array[0] when 1 then one else two end) mask);
  band_1 := array(select ((bits >> 32) & 65535)::integer # mask from unnest(
    case when within < 1 then '{}' when within < 5 then array[0] when within < 9 then one else two end) mask);
  band_2 := array(select ((bits >> 16) & 65535)::integer # mask from unnest(
    case when within < 2 then '{}' when within < 6 then array[0] when within < 10 then one else two end) mask);
  band_3 := array(select (bits & 65535)::integer # mask from unnest(
    case when within < 3 then '{}' when within < 7 then array[0] else one end) mask);
  return query
    select distinct on (c.asset_id) c.asset_id, bit_count(c.phash # wanted)::integer, c.leads
    from (
      select p.asset_id, p.phash, p.leads from asset_phashes p
      where p.tenant_id = of_tenant and ((p.phash::bigint >> 48) & 65535)::integer = any(band_0) and bit_count(p.phash) >= 8
      union all
      select p.asset_id, p.phash, p.leads from asset_phashes p
      where p.tenant_id = of_tenant and ((p.phash::bigint >> 32) & 65535)::integer = any(band_1) and bit_count(p.phash) >= 8
      union all
      select p.asset_id, p.phash, p.leads from asset_phashes p
      where p.tenant_id = of_tenant and ((p.phash::bigint >> 16) & 65535)::integer = any(band_2) and bit_count(p.phash) >= 8
      union all
      select p.asset_id, p.phash, p.leads from asset_phashes p
      where p.tenant_id = of_tenant and (p.phash::bigint & 65535)::integer = any(band_3) and bit_count(p.phash) >= 8
    ) c
    where bit_count(c.phash # wanted) <= within;
end $$;

-- Who belongs to which group: everything within `within` bits of the asset that the group formed around, itself
-- included once somebody joined it. The centre stays what it is when its asset leaves the library.
create table duplicate_members (
  asset_id bigint not null references assets on delete cascade,
  within smallint not null,
  -- No foreign key: its check would wait for whoever has the centre's row locked, who may be waiting for us.
  centre_id bigint not null,
  tenant_id uuid not null references tenants,
  distance smallint not null,
  primary key (asset_id, within)
);
create index duplicate_members_by_group on duplicate_members (tenant_id, within, centre_id);

-- "These are not duplicates of each other": hides every group that holds nothing else.
create table duplicate_dismissals (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references tenants,
  asset_ids bigint[] not null,
  created_at timestamptz not null default now()
);
create index duplicate_dismissals_by_asset on duplicate_dismissals using gin (asset_ids);

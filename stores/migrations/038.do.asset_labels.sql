-- What is shown in each picture, as rows that lists can be read from in order. The view stays the truth; these rows are
-- made of it whenever something changes that it depends on.

-- A label in a word or two, as people look for it. Null: it names nothing that is to be seen.
create function label_name(label text) returns text language sql immutable parallel safe as $$
  select case
    when label is null or lower(label) in ('blank', 'empty', 'none') then null
    when label !~ '^[^;]*(;[^;]*){6}$' then left(label, 200)
    else case left(label, 36)
      when 'f1856211-cfb7-4a5b-9158-c0f72fd09ee6' then null
      when 'f2efdae9-efb8-48fb-8a91-eccf79ab4ffb' then null
      when '990ae9dd-7a59-4344-afcb-1b7b21368000' then 'person'
      else left(lower(coalesce(nullif(split_part(label, ';', 7), ''),
        nullif(trim(split_part(label, ';', 5) || ' ' || split_part(label, ';', 6)), ''),
        nullif(split_part(label, ';', 4), ''), nullif(split_part(label, ';', 3), ''),
        nullif(split_part(label, ';', 2), ''))), 200) end
  end
$$;

-- Whether a box lies in a spot that somebody suppressed.
create function is_suppressed(tenant uuid, camera text, box_label text, box_x real, box_y real, box_w real, box_h real)
returns boolean language sql stable parallel safe as $$
  select exists (
    select from repeat_suppressions s
    where s.tenant_id = tenant and s.camera_key = camera and s.undone_at is null and s.label = box_label
      and box_overlap(s.x, s.y, s.width, s.height, box_x, box_y, box_w, box_h) >= s.overlap)
$$;

create or replace view shown_boxes as
  select n.asset_id, n.tenant_id, n.label, 'human' as origin, null::real as score, null::text as species
  from annotations n where n.state in ('confirmed', 'corrected', 'added')
  union all
  select d.asset_id, d.tenant_id, d.label, 'machine' as origin, d.score, coalesce(p.label, (
      -- What came with the boxes of a file.
      select k.label from detection_classifications k where k.detection_id = d.id and k.model_id is null
      order by k.score desc, k.label limit 1)) as species
  from detections d
  join assets a on a.id = d.asset_id and a.detection_model_id = d.model_id and not a.nothing_here
  join model_classes c on c.model_id = d.model_id and c.class = d.class
  left join model_thresholds t on t.tenant_id = d.tenant_id and t.model_id = d.model_id and t.label = d.label
  left join detection_predictions p on p.detection_id = d.id and p.model_id = a.classifier_model_id
  where d.annotation_id is null and d.score >= coalesce(t.threshold, c.threshold)
    and not is_suppressed(d.tenant_id, a.camera_key, d.label, d.x, d.y, d.width, d.height);

create table asset_labels (
  asset_id bigint not null references assets on delete cascade,
  label text not null,
  tenant_id uuid not null references tenants,
  -- Of the asset: what lists are sorted by.
  created_at timestamptz not null,
  taken_order timestamptz not null,
  primary key (asset_id, label)
);
create index asset_labels_by_created on asset_labels (tenant_id, label, created_at, asset_id);
create index asset_labels_by_taken on asset_labels (tenant_id, label, taken_order, asset_id);
create statistics asset_labels_spread (mcv) on tenant_id, label from asset_labels;

-- Two numbers of an advisory lock. Changes to one picture share it; one that is about all pictures has it alone, so that
-- none of them is made of what was so before.
create function labels_lock(tenant uuid) returns bigint language sql immutable parallel safe as $$
  select hashtextextended('asset_labels ' || tenant, 0)
$$;

-- Makes the rows of some pictures anew. Only pictures that are ready have any.
create function refresh_asset_labels(ids bigint[]) returns void language plpgsql as $$
begin
  perform pg_advisory_xact_lock_shared(labels_lock(tenant_id))
    from (select distinct tenant_id from assets where id = any (ids) order by 1) t;
  with shown as (
    select distinct b.asset_id, l.label
    from shown_boxes b cross join lateral (values (left(b.label, 200)), (label_name(b.species))) l (label)
    where b.asset_id = any (ids) and l.label is not null
  ), gone as (
    delete from asset_labels o using assets a
    where o.asset_id = any (ids) and a.id = o.asset_id
      and (a.state <> 'ready' or not exists (select from shown s where s.asset_id = o.asset_id and s.label = o.label))
  )
  insert into asset_labels (asset_id, label, tenant_id, created_at, taken_order)
  select a.id, s.label, a.tenant_id, a.created_at, a.taken_order
  from shown s join assets a on a.id = s.asset_id and a.state = 'ready'
  on conflict (asset_id, label) do update set taken_order = excluded.taken_order
    where asset_labels.taken_order <> excluded.taken_order;
end $$;

create function note_labels_of_asset() returns trigger language plpgsql as $$
begin
  perform refresh_asset_labels(array[new.id]);
  return null;
end $$;
-- Whatever else changes what is shown calls the function itself, for many pictures at once.
create trigger labels_of_changed_assets after update on assets for each row
  when ((old.state <> new.state and (old.state = 'ready' or (new.state = 'ready' and
      (new.detection_model_id is not null or old.state <> 'pending'))))
    or (new.state = 'ready' and (old.captured_at, old.camera_key) is distinct from (new.captured_at, new.camera_key)))
  execute function note_labels_of_asset();

insert into asset_labels (asset_id, label, tenant_id, created_at, taken_order)
select distinct a.id, l.label, a.tenant_id, a.created_at, a.taken_order
from assets a join shown_boxes b on b.asset_id = a.id
cross join lateral (values (left(b.label, 200)), (label_name(b.species))) l (label)
where a.state = 'ready' and l.label is not null;

-- People in pictures are made unrecognisable where a tenant wants that.
alter table tenants
  add column blur_people boolean not null default false,
  -- How far around a box, as a share of its size.
  add column blur_margin real not null default 0.15 check (blur_margin between 0 and 1);

alter table assets
  -- Names the boxes of people that are shown; empty: nobody is.
  add column people text not null default '',
  -- What of people the placeholder was made without, as `renditions.blur`.
  add column thumbhash_blur text not null default '';

alter table renditions
  -- What of people was made unrecognisable in it; empty: nothing.
  add column blur text not null default '';

-- The same as it should be. Pictures that were made without it, or with another one, are not given out.
create function blur_tag(people text, blurs boolean, margin real) returns text language sql immutable parallel safe as $$
  select case when blurs and people <> '' then people || '-' || round(margin::numeric, 3) else '' end
$$;

create function means_person(label text) returns boolean language sql immutable parallel safe as $$
  select lower(trim(label)) in ('person', 'people', 'human') or left(label, 36) = '990ae9dd-7a59-4344-afcb-1b7b21368000'
$$;

-- Boxes of people that are shown: what people said, and what nobody judged of the model whose boxes count.
create function boxes_of_people(assets_meant bigint[])
returns table (asset_id bigint, x real, y real, width real, height real) language sql stable as $$
  select n.asset_id, n.x, n.y, n.width, n.height from annotations n
  where n.asset_id = any (assets_meant) and n.state in ('confirmed', 'corrected', 'added') and means_person(n.label)
  union all
  select d.asset_id, d.x, d.y, d.width, d.height
  from detections d
  join assets a on a.id = d.asset_id and a.detection_model_id = d.model_id and not a.nothing_here
  join model_classes c on c.model_id = d.model_id and c.class = d.class
  left join model_thresholds t on t.tenant_id = d.tenant_id and t.model_id = d.model_id and t.label = d.label
  left join detection_predictions p on p.detection_id = d.id and p.model_id = a.classifier_model_id
  where d.asset_id = any (assets_meant) and d.annotation_id is null and d.score >= coalesce(t.threshold, c.threshold)
    and (means_person(d.label) or means_person(p.label))
    and not is_suppressed(d.tenant_id, a.camera_key, d.label, d.x, d.y, d.width, d.height)
$$;

-- Notes who is shown in pictures. Returns those in which it is somebody else than before.
create function refresh_people(ids bigint[]) returns setof bigint language sql as $$
  with now_shown as (
    select a.id, coalesce((
      select left(md5(string_agg(concat_ws(' ', round(b.x::numeric, 4), round(b.y::numeric, 4), round(b.width::numeric, 4),
        round(b.height::numeric, 4)), ';' order by b.x, b.y, b.width, b.height)), 16)
      from boxes_of_people(ids) b where b.asset_id = a.id), '') as people
    from assets a where a.id = any (ids)
  )
  update assets a set people = n.people from now_shown n where a.id = n.id and a.people <> n.people returning a.id
$$;

drop trigger labels_of_changed_assets on assets;
drop function note_labels_of_asset();
alter function refresh_asset_labels(bigint[]) rename to refresh_label_rows;

-- Everything that is kept of what is shown. Returns pictures in which other people are shown than before.
create function refresh_asset_labels(ids bigint[]) returns setof bigint language plpgsql as $$
begin
  perform refresh_label_rows(ids);
  return query select * from refresh_people(ids);
end $$;

create function note_labels_of_asset() returns trigger language plpgsql as $$
begin
  perform refresh_asset_labels(array[new.id]);
  return null;
end $$;
create trigger labels_of_changed_assets after update on assets for each row
  when ((old.state <> new.state and (old.state = 'ready' or (new.state = 'ready' and
      (new.detection_model_id is not null or old.state <> 'pending'))))
    or (new.state = 'ready' and (old.captured_at, old.camera_key) is distinct from (new.captured_at, new.camera_key)))
  execute function note_labels_of_asset();

select refresh_people(array(
  select id from assets a where exists (select from annotations n where n.asset_id = a.id and means_person(n.label))
    or exists (select from detections d where d.asset_id = a.id and means_person(d.label))));

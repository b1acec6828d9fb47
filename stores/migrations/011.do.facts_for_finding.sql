-- What pictures are found by, beside each of them: nobody has to join imports to ask for a place or a person.

-- One camera: by its serial number where it wrote one, else by the folder that its pictures came from. Folders that
-- cameras begin when another is full (100MEDIA, 101RECNX, 102EK113, 100_BTCF, ...) belong to the folder above.
create function camera_key(make text, model text, serial text, source_id uuid, path text)
returns text language sql immutable parallel safe as $$
  select left(case
    when serial <> '' then lower(concat_ws(' ', nullif(trim(make), ''), nullif(trim(model), ''), '#' || trim(serial)))
    when source_id is not null then concat_ws(' ', lower(nullif(trim(concat_ws(' ', make, model)), '')), '@' || source_id || '/' ||
      rtrim(regexp_replace(regexp_replace(path, '[^/]*$', ''),
        '(^|/)((DCIM|[1-9]\d\d[A-Z_][A-Z0-9_]{4}|\d+RECNX|\d+EK\d+|\d+_BTCF|\d+MEDIA|\d+DSCIM)/)+$', '\1', 'i'), '/'))
    else lower(nullif(trim(concat_ws(' ', make, model)), ''))
  end, 300)
$$;

-- What words are looked for in.
create function asset_words(name text, title text, description text, keywords text[])
returns text language sql immutable parallel safe as $$
  select lower(concat_ws(' ', name, title, description, array_to_string(keywords, ' ')))
$$;

alter table assets
  -- Of the item that brought the bytes in first.
  add column import_id uuid references imports on delete set null,
  add column pull_source_id uuid references pull_sources on delete set null,
  add column user_id uuid references users on delete set null,
  add column location_id uuid references locations on delete set null,
  add column camera_serial text,
  add column camera_key text,
  -- Minutes that the camera's clock was ahead of UTC; null: not known, and UTC was assumed.
  add column captured_offset smallint,
  add column captured_confidence text check (captured_confidence in ('high', 'medium', 'low')),
  add column captured_flags text[] not null default '{}',
  -- Metres above the sea.
  add column altitude double precision,
  add column title text,
  add column description text,
  add column keywords text[] not null default '{}',
  add column rating smallint check (rating between 0 and 5),
  add column creator text,
  add column copyright text;

update assets a set
  import_id = m.id, pull_source_id = m.pull_source_id, user_id = m.user_id, location_id = m.location_id
from import_items i join imports m on m.id = i.import_id
where i.id = a.item_id;

update assets a set
  camera_serial = s.serial,
  camera_key = camera_key(a.camera_make, a.camera_model, s.serial, s.source_id, s.path),
  captured_confidence = case captured_at_origin when 'exif-offset' then 'high' when 'exif-gps' then 'high'
    when 'modified' then 'low' else 'medium' end,
  captured_offset = case when captured_at_origin in ('exif-offset', 'exif-gps') and captured_local is not null
    then round(extract(epoch from captured_local::timestamp - date_trunc('second', captured_at at time zone 'UTC')) / 60) end,
  title = left(coalesce(a.exif->>'title', a.exif->>'Object Name'), 2000),
  description = left(coalesce(a.exif->>'description', a.exif->>'Caption/Abstract', a.exif->>'ImageDescription'), 2000),
  creator = left(coalesce(a.exif->>'creator', a.exif->>'By-line', a.exif->>'Artist'), 2000),
  copyright = left(coalesce(a.exif->>'rights', a.exif->>'Copyright Notice', a.exif->>'Copyright'), 2000)
from (
  select a.id, left(coalesce(a.exif->>'BodySerialNumber', a.exif->>'SerialNumber'), 200) as serial,
    case when m.kind <> 'upload' then m.source_id end as source_id, i.external_id as path
  from assets a left join import_items i on i.id = a.item_id left join imports m on m.id = i.import_id
) s
where s.id = a.id and a.pipeline_version is not null;

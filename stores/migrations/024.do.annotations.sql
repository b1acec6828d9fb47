-- What people say of pictures, box by box. A box of a model that somebody judged is spoken for by what they said.
create table annotations (
  id bigint generated always as identity primary key,
  tenant_id uuid not null references tenants,
  asset_id bigint not null references assets on delete cascade,
  label text not null,
  -- Shares of the upright picture.
  x real not null check (x between 0 and 1),
  y real not null check (y between 0 and 1),
  width real not null check (width > 0 and width <= 1),
  height real not null check (height > 0 and height <= 1),
  -- `rejected`: there is nothing of the kind; kept, so that the next model is not believed either.
  state text not null check (state in ('confirmed', 'corrected', 'added', 'rejected', 'deleted')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index annotations_of_asset on annotations (asset_id);
create index annotations_by_label on annotations (tenant_id, label) include (asset_id, state);

alter table detections add column annotation_id bigint references annotations on delete set null;
create index detections_by_annotation on detections (annotation_id) where annotation_id is not null;

-- Who said what and when. Rows are only ever added.
create table annotation_events (
  id bigint generated always as identity primary key,
  tenant_id uuid not null references tenants,
  asset_id bigint not null references assets on delete cascade,
  annotation_id bigint references annotations on delete cascade,
  kind text not null check (kind in
    ('confirmed', 'corrected', 'added', 'rejected', 'deleted', 'nothing_here', 'something_here', 'commented')),
  author text not null,
  comment text,
  before jsonb,
  after jsonb,
  at timestamptz not null default now()
);
create index annotation_events_of_asset on annotation_events (asset_id, id);
create index annotation_events_by_annotation on annotation_events (annotation_id) where annotation_id is not null;

alter table assets
  -- Somebody looked and said that nothing is to be seen.
  add column nothing_here boolean not null default false;

-- What is shown as being in a picture: what people said, and what nobody judged of the model whose boxes count.
create view shown_boxes as
  select n.asset_id, n.tenant_id, n.label, 'human' as origin, null::real as score
  from annotations n where n.state in ('confirmed', 'corrected', 'added')
  union all
  select d.asset_id, d.tenant_id, d.label, 'machine' as origin, d.score
  from detections d
  join assets a on a.id = d.asset_id and a.detection_model_id = d.model_id and not a.nothing_here
  join model_classes c on c.model_id = d.model_id and c.class = d.class
  left join model_thresholds t on t.tenant_id = d.tenant_id and t.model_id = d.model_id and t.label = d.label
  where d.annotation_id is null and d.score >= coalesce(t.threshold, c.threshold);

-- How much two boxes are the same: shared area by area of both together.
create function box_overlap(x1 real, y1 real, w1 real, h1 real, x2 real, y2 real, w2 real, h2 real)
returns double precision language sql immutable parallel safe as $$
  select case when across <= 0 or down <= 0 then 0 else across * down / (w1 * h1 + w2 * h2 - across * down) end
  from (select least(x1 + w1, x2 + w2) - greatest(x1, x2) as across, least(y1 + h1, y2 + h2) - greatest(y1, y2) as down) t
$$;

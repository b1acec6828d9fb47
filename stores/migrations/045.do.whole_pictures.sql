-- What a classifier makes of a picture as a whole, where the detector found nothing in it. Null: it did not look.
alter table classification_runs
  add column whole_label text,
  add column whole_score real check (whole_score between 0 and 1),
  add column whole_source text,
  -- What a box of it would be called; null: nothing is to be seen, or nobody can tell.
  add column whole_category text check (whole_category in ('animal', 'person', 'vehicle')),
  -- Its best answers: `[{"label", "score"}]`.
  add column whole_answers jsonb;

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
    and not is_suppressed(d.tenant_id, a.camera_key, d.label, d.x, d.y, d.width, d.height)
  union all
  -- A picture as a whole says something only where no box does.
  select w.asset_id, w.tenant_id, w.whole_category, 'machine' as origin, w.whole_score, w.whole_label
  from classification_runs w
  join assets a on a.id = w.asset_id and a.classifier_model_id = w.model_id and a.detection_model_id = w.detector_id
    and not a.nothing_here
  where w.whole_category is not null
    and not exists (
      select from annotations n where n.asset_id = w.asset_id and n.state in ('confirmed', 'corrected', 'added'))
    and not exists (
      select from detections d
      join model_classes c on c.model_id = d.model_id and c.class = d.class
      left join model_thresholds t on t.tenant_id = d.tenant_id and t.model_id = d.model_id and t.label = d.label
      where d.asset_id = w.asset_id and d.model_id = w.detector_id and d.annotation_id is null
        and d.score >= coalesce(t.threshold, c.threshold)
        and not is_suppressed(d.tenant_id, a.camera_key, d.label, d.x, d.y, d.width, d.height));

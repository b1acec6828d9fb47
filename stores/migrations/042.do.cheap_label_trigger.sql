-- Clocks are corrected, and pictures put into the trash, for many at once: what is not shown otherwise then is not looked
-- up anew.
create or replace function note_labels_of_asset() returns trigger language plpgsql as $$
begin
  if new.state <> 'ready' then
    delete from asset_labels where asset_id = new.id;
  elsif old.state = 'ready' and old.camera_key is not distinct from new.camera_key then
    update asset_labels set taken_order = new.taken_order where asset_id = new.id;
  else
    perform refresh_asset_labels(array[new.id]);
  end if;
  return null;
end $$;

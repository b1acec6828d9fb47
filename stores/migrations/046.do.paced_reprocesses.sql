-- How many images a minute a reprocess looks at, at most. Null: as many as there is room for.
alter table reprocesses
  add column images_per_minute integer check (images_per_minute between 1 and 100000);

-- One request at a time writes to an upload, whichever API process it came to. It says so again and again; a process that
-- died has let go when its time is over.
alter table resumable_uploads
  add column writer uuid,
  add column writer_until timestamptz,
  -- Another request waits for it.
  add column wanted boolean not null default false,
  add check ((writer is null) = (writer_until is null));

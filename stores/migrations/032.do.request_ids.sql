-- The request that made a message necessary; its workflow carries it, so that logs and histories can be brought together.
alter table outbox add column request_id text;

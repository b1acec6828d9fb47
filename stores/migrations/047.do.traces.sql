-- The trace (W3C `traceparent`) that a message was written in, so that what it leads to is found beside what asked for it.
alter table outbox add column traceparent text;

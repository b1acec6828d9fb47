-- Goes up with every change that somebody makes, so that a change of what was read before can be refused.
alter table cameras add column revision integer not null default 1;

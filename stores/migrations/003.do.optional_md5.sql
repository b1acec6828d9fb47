-- MD5 is taken where a provider announces one; for other content it is filled in when a listing asks for it.
alter table assets alter column md5 drop not null;
create index assets_without_md5 on assets (tenant_id, bytes) where md5 is null and state = 'ready';

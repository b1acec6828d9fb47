-- API processes remember for some seconds whom they have looked up. Whatever ends or changes what somebody may do, and
-- whoever does it, tells all of them to look again.
create function tell_access() returns trigger language plpgsql as $$
begin
  perform pg_notify('tributary_access', '');
  return null;
end $$;

create trigger principals_tell after update on principals for each row
  when (old.disabled_at is distinct from new.disabled_at or old.installation_admin <> new.installation_admin)
  execute function tell_access();
create trigger principals_tell_end after delete on principals for each row execute function tell_access();
create trigger memberships_tell after insert or delete on memberships for each row execute function tell_access();
create trigger memberships_tell_role after update on memberships for each row
  when (old.role <> new.role) execute function tell_access();
create trigger sign_ins_tell after update on sign_ins for each row
  when (old.ended_at is distinct from new.ended_at) execute function tell_access();
create trigger api_keys_tell after update on api_keys for each row
  when (old.revoked_at is distinct from new.revoked_at or old.expires_at is distinct from new.expires_at
    or old.hash <> new.hash or old.scopes <> new.scopes)
  execute function tell_access();
create trigger api_keys_tell_end after delete on api_keys for each row execute function tell_access();
create trigger tenants_tell after update on tenants for each row
  when (old.disabled_at is distinct from new.disabled_at or old.state <> new.state) execute function tell_access();

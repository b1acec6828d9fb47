import type { Role } from '../../domain/access.ts';
import type { Sql } from '../postgres/database.ts';

/** Where somebody may do something, and what. */
export interface Membership {
  tenantId: string;
  tenantName: string;
  role: Role;
}

export interface PrincipalRow {
  id: string;
  kind: 'person' | 'service';
  name: string;
  email: string | null;
  installationAdmin: boolean;
  disabledAt: Date | null;
  createdAt: Date;
  memberships: Membership[];
}

/** Tenants that are disabled or being deleted are nobody's. The first one joined comes first. */
const memberships = (sql: Sql) => sql`
  coalesce((
    select jsonb_agg(jsonb_build_object('tenantId', t.id, 'tenantName', t.name, 'role', m.role) order by m.created_at, t.name)
    from memberships m join tenants t on t.id = m.tenant_id
    where m.principal_id = p.id and t.state = 'active' and t.disabled_at is null), '[]')`;

export const principalColumns = (sql: Sql) => sql`
  p.id, p.kind, p.name, p.email, p.installation_admin as "installationAdmin", p.disabled_at as "disabledAt",
  p.created_at as "createdAt", ${memberships(sql)} as memberships`;

export async function findPrincipal(sql: Sql, id: string): Promise<PrincipalRow | null> {
  const [row] = await sql<PrincipalRow[]>`
    select ${principalColumns(sql)} from principals p where p.id = ${id}`;
  return row ?? null;
}

/** Of a person by their e-mail, of a service by its name. */
export async function findPrincipalCalled(sql: Sql, called: string): Promise<PrincipalRow | null> {
  const [row] = await sql<PrincipalRow[]>`
    select ${principalColumns(sql)} from principals p
    where p.email = ${called.toLowerCase()} or (p.kind = 'service' and p.name = ${called})
    order by p.created_at limit 1`;
  return row ?? null;
}

export async function listPrincipals(sql: Sql): Promise<PrincipalRow[]> {
  return sql<PrincipalRow[]>`select ${principalColumns(sql)} from principals p order by p.created_at, p.id`;
}

export interface NewPrincipal {
  kind: 'person' | 'service';
  name: string;
  email: string | null;
  passwordHash: string | null;
  installationAdmin: boolean;
}

/** @returns `null`: there is somebody with this e-mail already */
export async function addPrincipal(sql: Sql, who: NewPrincipal): Promise<string | null> {
  const [row] = await sql<{ id: string }[]>`
    insert into principals (kind, name, email, password_hash, installation_admin)
    values (${who.kind}, ${who.name}, ${who.email?.toLowerCase() ?? null}, ${who.passwordHash}, ${who.installationAdmin})
    on conflict (email) do nothing returning id`;
  return row?.id ?? null;
}

export async function setInstallationAdmin(sql: Sql, id: string, is: boolean): Promise<void> {
  await sql`update principals set installation_admin = ${is}, updated_at = now() where id = ${id}`;
}

/** Gives a role, or another one. */
export async function setRole(sql: Sql, id: string, tenantId: string, role: Role): Promise<void> {
  await sql`
    insert into memberships (principal_id, tenant_id, role) values (${id}, ${tenantId}, ${role})
    on conflict (principal_id, tenant_id) do update set role = excluded.role`;
}

/** With it go the keys that were for this tenant. @returns whether there was one */
export async function removeMembership(tx: Sql, id: string, tenantId: string): Promise<boolean> {
  await tx`
    update api_keys set revoked_at = now()
    where principal_id = ${id} and tenant_id = ${tenantId} and revoked_at is null`;
  const rows = await tx`
    delete from memberships where principal_id = ${id} and tenant_id = ${tenantId} returning tenant_id`;
  return rows.length === 1;
}

export interface Member {
  id: string;
  kind: 'person' | 'service';
  name: string;
  email: string | null;
  role: Role;
  disabledAt: Date | null;
  joinedAt: Date;
}

export async function membersOf(sql: Sql, tenantId: string): Promise<Member[]> {
  return sql<Member[]>`
    select p.id, p.kind, p.name, p.email, m.role, p.disabled_at as "disabledAt", m.created_at as "joinedAt"
    from memberships m join principals p on p.id = m.principal_id
    where m.tenant_id = ${tenantId} order by m.created_at, p.id`;
}

/** Nobody gets in with any of its credentials any more, or does again with keys that were not revoked. */
export async function setDisabled(tx: Sql, id: string, disabled: boolean): Promise<void> {
  await tx`
    update principals set disabled_at = case when ${disabled} then coalesce(disabled_at, now()) end, updated_at = now()
    where id = ${id}`;
  if (disabled) {
    await tx`
      update sign_ins set ended_at = now(), ended_by = 'disabled' where principal_id = ${id} and ended_at is null`;
  }
}

export async function passwordHashOf(
  sql: Sql,
  email: string,
): Promise<{ id: string; hash: string | null } | null> {
  const [row] = await sql<{ id: string; hash: string | null }[]>`
    select id, password_hash as hash from principals
    where email = ${email.toLowerCase()} and disabled_at is null`;
  return row ?? null;
}

/** Ends every sign-in but the one that asked: whoever knew the old password is out. */
export async function setPassword(
  tx: Sql,
  id: string,
  hash: string,
  keepSignIn: string | null,
): Promise<void> {
  await tx`update principals set password_hash = ${hash}, updated_at = now() where id = ${id}`;
  await tx`
    update sign_ins set ended_at = now(), ended_by = 'password'
    where principal_id = ${id} and ended_at is null and id is distinct from ${keepSignIn}`;
}

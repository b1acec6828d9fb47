import type { Response } from 'express';
import { atLeast, type Role } from '../../domain/access.ts';
import type { Membership, PrincipalRow } from '../../stores/access/principals.ts';

/** Who a request comes from, and what they may do. */
export interface Principal {
  /** `local`: whoever sits at this machine, where nobody signs in; `link`: whoever holds a signed link. */
  kind: 'local' | 'person' | 'service' | 'external' | 'link';
  /** `null`: not in the database. */
  id: string | null;
  /** For the audit log and the page. */
  name: string;
  /** May do everything in every tenant. */
  installation: boolean;
  /** Where they may do what; the first that fits is meant where a request names no tenant. */
  memberships: readonly Membership[];
  /** `null`: by signing in, which is good for everything. */
  key: { id: string; prefix: string; scopes: readonly string[] } | null;
  signInId: string | null;
}

export const LOCAL: Principal = {
  kind: 'local',
  id: null,
  name: 'this machine',
  installation: true,
  memberships: [],
  key: null,
  signInId: null,
};

/** Good for what the link says, which the route checks. */
export const LINK: Principal = { ...LOCAL, kind: 'link', name: 'a signed link' };

export function principalFrom(row: PrincipalRow, more: Partial<Principal>): Principal {
  return {
    kind: row.kind,
    id: row.id,
    name: row.email ?? row.name,
    installation: row.installationAdmin,
    memberships: row.memberships,
    key: null,
    signInId: null,
    ...more,
  };
}

export function membershipsFor(principal: Principal, needed: Role): readonly Membership[] {
  return principal.memberships.filter(({ role }) => atLeast(role, needed));
}

const KEY = 'principal';

export function keepPrincipal(res: Response, principal: Principal | null): void {
  res.locals[KEY] = principal;
}

/** `null`: nobody said who they are. */
export function principalOf(res: Response): Principal | null {
  return (res.locals[KEY] as Principal | null | undefined) ?? null;
}

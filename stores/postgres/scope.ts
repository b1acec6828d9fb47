/** Whose rows can be reached: those of some tenants, by their ids, or everybody's. */
export type Scope = 'all' | { readonly tenants: readonly string[] };

/** Has no rights but those that `guard_tenants` in the migrations gives it, and sees rows of its tenants only. */
export const TENANT_ROLE = 'tributary_tenant';

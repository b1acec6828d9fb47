import { Failure } from '../../domain/failures.ts';
import { type Arrival, type Claimed, claimAsset } from '../assets.ts';
import type { Sql } from '../postgres/database.ts';
import { tenantGone } from '../tenants.ts';
import { type Account, findAccount } from './accounts.ts';

/** Changes that are read each time before they are added up. */
const FOLD_AT = 1_000;

function overLimit({ maxAssets, maxBytes, assets, bytes }: Account, more: number): string | null {
  if (maxAssets !== null && assets + 1 > maxAssets)
    return `The tenant may keep ${maxAssets} pictures and has ${assets}.`;
  if (maxBytes !== null && bytes + more > maxBytes)
    return `The tenant may keep ${maxBytes} bytes and has ${bytes}; this picture has ${more}.`;
  return null;
}

/**
 * Claims the asset for these bytes if its tenant may keep them. Claims of a tenant with limits go one after the other,
 * so that however many come at once, not one too many is let in; bytes that it has already are always welcome.
 * @throws Failure `quota_exceeded`, `tenant_gone`
 */
export async function claimWithinLimits(tx: Sql, arrival: Arrival): Promise<Claimed> {
  const { tenantId } = arrival;
  const [tenant] = await tx<{ name: string; state: string }[]>`
    select name, state from tenants where id = ${tenantId} for no key update`;
  if (tenant === undefined || tenant.state !== 'active') throw tenantGone();
  const [known] = await tx`
    select id from assets where tenant_id = ${tenantId} and sha256 = decode(${arrival.sha256}, 'hex')
      and state in ('pending', 'ready', 'failed', 'trashed')`;
  if (known === undefined) {
    const [{ changes } = { changes: 0 }] = await tx<{ changes: number }[]>`
      select count(*) as changes from tenant_usage_changes where tenant_id = ${tenantId}`;
    if (changes > FOLD_AT) await tx`select fold_usage(${tenantId})`;
    const account = await findAccount(tx, tenant.name);
    const over = account && overLimit(account, arrival.bytes);
    if (over) throw new Failure('quota_exceeded', over);
  }
  return claimAsset(tx, arrival);
}

import type { Sql } from '../postgres/database.ts';

/** Tries in a row before the next try has to wait, and the longest wait in seconds. */
const FREE = { account: 5, address: 30 } as const;
const LONGEST = 900;
/** After this long without a wrong one, counting begins anew. */
const FORGET_MINUTES = 60;

/** The account and the address that a password was tried for. */
export interface Tried {
  email: string;
  address: string;
}

const keysOf = ({ email, address }: Tried) => ({
  account: `account:${email.toLowerCase()}`,
  address: `address:${address}`,
});

/**
 * Takes a try before it is looked at, so that many at once are as slow as one after the other. From the last free one on,
 * the wait doubles with each that was not the right one.
 * @returns seconds until the next try is looked at; 0: this one is
 */
export async function takeTry(tx: Sql, tried: Tried): Promise<number> {
  const keys = keysOf(tried);
  await tx`delete from guesses where failed_at < now() - interval '1 day'`;
  for (const which of ['account', 'address'] as const) {
    const key = keys[which];
    const taken = await tx`
      insert into guesses as g (key, failures) values (${key}, 1)
      on conflict (key) do update set failed_at = now(),
        failures = case when g.failed_at < now() - ${FORGET_MINUTES} * interval '1 minute' then 1 else g.failures + 1 end,
        blocked_until = case
          when g.failed_at < now() - ${FORGET_MINUTES} * interval '1 minute' or g.failures + 1 < ${FREE[which]} then null
          else now() + least(${LONGEST}, power(2, least(g.failures + 1 - ${FREE[which]}, 20))) * interval '1 second' end
      where g.blocked_until is null or g.blocked_until <= now()
      returning key`;
    if (taken.length === 0) {
      const [row] = await tx<{ seconds: number }[]>`
        select ceil(extract(epoch from blocked_until - now()))::float8 as seconds from guesses where key = ${key}`;
      return Math.max(1, row?.seconds ?? 1);
    }
  }
  return 0;
}

/** It was the right one: the account begins anew, and the address has one try less against it. */
export async function noteRight(sql: Sql, tried: Tried): Promise<void> {
  const { account, address } = keysOf(tried);
  await sql`
    with gone as (delete from guesses where key = ${account})
    update guesses set failures = greatest(failures - 1, 0), blocked_until = null where key = ${address}`;
}

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createRequestBudgets, type RequestBudgets } from '../../stores/budgets/requestBudgets.ts';
import { createDatabase, type Database } from '../../stores/postgres/database.ts';
import { migrate } from '../../stores/postgres/migrate.ts';
import { ensureTenant } from '../../stores/tenants.ts';
import { createTestDatabase, type TestDatabase } from '../hosting/stack.ts';

describe('request budgets', function () {
  this.timeout(240_000);
  let database: TestDatabase;
  let db: Database;
  /** Two processes, as far as Postgres can tell. */
  let workers: { db: Database; budgets: RequestBudgets }[];
  let tenants: string[];
  const never = () => new AbortController().signal;

  before(async () => {
    database = await createTestDatabase(migrate);
    const connect = () =>
      createDatabase({ url: database.url, pool: 4, deadlineMs: 20_000, applicationName: 'test' });
    db = connect();
    workers = [connect(), connect()].map((each) => ({ db: each, budgets: createRequestBudgets(each) }));
    tenants = await db.run((sql) =>
      Promise.all(['a', 'b'].map(async (name) => (await ensureTenant(sql, name)).id)),
    );
  });

  after(async () => {
    await Promise.all([db, ...workers.map((worker) => worker.db)].map((each) => each.close()));
    await database.drop();
  });

  /** Asks as fast as it can until the time is over. @returns when each turn was had */
  async function ask(
    { budgets }: { budgets: RequestBudgets },
    key: string,
    tenantId: string,
    asking: number,
    forMs: number,
    requestsPerSecond = 20,
  ): Promise<number[]> {
    const had: number[] = [];
    const stop = AbortSignal.timeout(forMs);
    const budget = budgets.of({ key, tenantId, politeness: { requestsPerSecond, concurrency: asking } });
    await Promise.all(
      Array.from({ length: asking }, async () => {
        for (;;) {
          const leave = await budget.turn(stop).catch(() => null);
          if (leave === null) return;
          had.push(Date.now());
          leave();
        }
      }),
    );
    return had;
  }

  it('hold the rate over two processes together, and use it', async () => {
    const key = randomUUID();
    const seconds = 3;
    const had = (
      await Promise.all(workers.map((worker) => ask(worker, key, tenants[0]!, 8, seconds * 1_000)))
    ).flat();
    assert.ok(had.length <= 20 * seconds + 20, `${had.length} requests`);
    assert.ok(had.length >= 20 * seconds * 0.6, `${had.length} requests`);
    // Nowhere more than a second's worth beyond the rate.
    had.sort((a, b) => a - b);
    for (let from = 0; from < had.length; from += 1) {
      const within = had.filter((at) => at >= had[from]! && at < had[from]! + 1_000).length;
      assert.ok(within <= 45, `${within} in one second`);
    }
  });

  it('give two tenants their equal share, however many requests each of them has waiting', async () => {
    const key = randomUUID();
    // What is left of the burst is used up first.
    await ask(workers[0]!, key, tenants[0]!, 4, 1_000);
    const [many, few] = await Promise.all([
      ask(workers[0]!, key, tenants[0]!, 30, 3_000),
      ask(workers[1]!, key, tenants[1]!, 2, 3_000),
    ]);
    const share = few.length / (many.length + few.length);
    assert.ok(share > 0.35 && share < 0.65, `${few.length} of ${many.length + few.length}`);
  });

  it('stop everybody when a provider says so, until it is over', async () => {
    const key = randomUUID();
    await workers[0]!.budgets.pause(key, 1_500);
    const since = Date.now();
    const [limited, unlimited] = await Promise.all(
      [20, null].map(async (requestsPerSecond) => {
        const budget = workers[1]!.budgets.of({
          key,
          tenantId: tenants[1]!,
          politeness: { requestsPerSecond, concurrency: 2 },
        });
        (await budget.turn(never()))();
        return Date.now() - since;
      }),
    );
    assert.ok(limited! >= 1_400 && limited! < 4_000, `${limited} ms`);
    assert.ok(unlimited! >= 1_400 && unlimited! < 4_000, `${unlimited} ms`);
  });

  it('let nobody wait who does not want to any more, and lose no place by it', async () => {
    const key = randomUUID();
    const budget = workers[0]!.budgets.of({
      key,
      tenantId: tenants[0]!,
      politeness: { requestsPerSecond: null, concurrency: 1 },
    });
    const leave = await budget.turn(never());
    const stop = new AbortController();
    const reason = new Error('enough');
    const waiting = budget.turn(stop.signal);
    const next = budget.turn(never());
    stop.abort(reason);
    await assert.rejects(waiting, (error) => error === reason);
    leave();
    leave();
    (await next)();
  });
});

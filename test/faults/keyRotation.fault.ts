import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openCredentials, saveCredentials } from '../../stores/credentials/credentials.ts';
import { createSealer } from '../../stores/credentials/sealer.ts';
import { ensureTenant } from '../../stores/tenants.ts';
import { seeded } from '../hosting/seeded.ts';
import { startTributary, type Tributary } from '../hosting/tributary.ts';
import { tell } from './report.ts';

const MAIN = path.resolve(import.meta.dirname, '../../dist/cli/main.js');
const OLD = 'the-key-of-before-of-thirty-two-characters';
const NEW = 'the-key-from-now-on-of-thirty-two-characters';
const ROWS = 1_500;
const KILLS = 5;
const SEED = 870_000;

describe('F38: the key of stored credentials is changed, and the change is killed again and again', () => {
  let t: Tributary;

  before(async function () {
    this.timeout(400_000);
    t = await startTributary({ parts: [], env: { SECRET_KEY: OLD } });
  });
  after(() => t?.close());

  const rotate = (): ChildProcess =>
    spawn(process.execPath, [MAIN, 'credentials', 'rotate'], {
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        ...t.env,
        SECRET_KEY: NEW,
        PREVIOUS_SECRET_KEYS: OLD,
      },
      stdio: 'ignore',
    });

  /** Whether somebody seals rows at the moment. */
  async function sealing(): Promise<boolean> {
    const [row] = await t.db.run(
      (sql) => sql<{ busy: boolean }[]>`
        select exists (select from pg_stat_activity where application_name = 'tributary-credentials'
          and datname = current_database() and query ilike '%update credentials%') as busy`,
    );
    return row?.busy ?? false;
  }

  /** How many rows open with the first key, the second, both, or none. */
  async function opened(): Promise<{ old: number; fresh: number; both: number; none: number }> {
    const sealers = [createSealer(OLD), createSealer(NEW)];
    const rows = await t.db.run((sql) => sql<{ id: string }[]>`select id from credentials`);
    const counts = { old: 0, fresh: 0, both: 0, none: 0 };
    for (const { id } of rows) {
      const [old, fresh] = await Promise.all(
        sealers.map((sealer) =>
          t.db
            .run((sql) => openCredentials(sql, sealer, id))
            .then(
              (found) => found !== null,
              () => false,
            ),
        ),
      );
      counts[old && fresh ? 'both' : old ? 'old' : fresh ? 'fresh' : 'none'] += 1;
    }
    return counts;
  }

  it('leaves every one of them readable with exactly one key', async function () {
    this.timeout(600_000);
    const sealer = createSealer(OLD);
    await t.db.tx(async (tx) => {
      const { id: tenantId } = await ensureTenant(tx, 'default');
      for (let n = 0; n < ROWS; n += 1)
        await saveCredentials(tx, sealer, { tenantId, kind: 'http', value: { password: `secret ${n}` } });
    });
    const random = seeded(SEED);
    let inTheMiddle = 0;
    const after = [];
    for (let kill = 0; kill < KILLS; kill += 1) {
      const child = rotate();
      const gone = new Promise<number | null>((resolve) => child.once('exit', resolve));
      while (child.exitCode === null && !(await sealing())) await sleep(10);
      await sleep(random() * 200);
      child.kill('SIGKILL');
      if ((await gone) === null) inTheMiddle += 1;
      while (await sealing()) await sleep(20);
      after.push(await opened());
    }
    const last = rotate();
    const code = await new Promise<number | null>((resolve) => last.once('exit', resolve));
    const end = await opened();
    const audit = await t.audit();
    tell(
      {
        test: 'F38',
        seed: SEED,
        injected: `SIGKILL in the middle of the change, ${inTheMiddle} of ${KILLS} times`,
        figures: { rows: ROWS, after_each: after, end, unreadable: end.none },
      },
      audit,
    );
    assert.ok(inTheMiddle > 0, 'it was always over before it was killed');
    for (const { none, both } of after) assert.deepEqual([none, both], [0, 0]);
    assert.equal(code, 0);
    assert.deepEqual(end, { old: 0, fresh: ROWS, both: 0, none: 0 });
    assert.ok(audit.clean, JSON.stringify(audit));
  });
});

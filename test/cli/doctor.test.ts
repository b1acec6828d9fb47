import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import postgres from 'postgres';
import { choosePorts } from '../../cli/embedded/ports.ts';
import { registerSearchAttributes } from '../../cli/searchAttributes.ts';
import { ensureBuilt } from '../../cli/setup/ensureBuilt.js';
import { readConfig } from '../../config.ts';
import { hasCudaLibrary } from '../../detection/runtime.ts';
import { createSealer } from '../../stores/credentials/sealer.ts';
import { migrate } from '../../stores/postgres/migrate.ts';
import { putModel, randomModel } from '../hosting/models.ts';
import { createTestDatabase, type TestDatabase, temporalAddress } from '../hosting/stack.ts';

const MAIN = path.resolve(import.meta.dirname, '../../dist/cli/main.js');

interface Diagnosis {
  healthy: boolean;
  findings: { check: string; verdict: string; detail: string; mend?: string }[];
}

describe('tributary doctor', function () {
  this.timeout(240_000);
  let database: TestDatabase;
  let empty: TestDatabase;
  let address: string;
  let dataDir: string;

  before(async () => {
    await ensureBuilt();
    [database, empty, address] = await Promise.all([
      createTestDatabase(migrate),
      createTestDatabase(),
      temporalAddress(),
    ]);
    dataDir = await mkdtemp(path.join(tmpdir(), 'tributary-doctor-'));
    const { end } = await registerSearchAttributes(readConfig({ TEMPORAL_ADDRESS: address }));
    assert.ok(end === 'made' || end === 'there', end);
  });
  after(async () => {
    await Promise.all([database.drop(), empty.drop()]);
    await rm(dataDir, { recursive: true, force: true });
  });

  /** Runs the command in a directory without a `.env`, and with nothing of the environment of the tests. */
  async function examine(settings: Record<string, string> = {}): Promise<Diagnosis & { code: number }> {
    const env = {
      PATH: process.env['PATH'],
      DATABASE_URL: database.url,
      TEMPORAL_ADDRESS: address,
      TRIBUTARY_DATA: dataDir,
      SECRET_KEY: 'a secret key of thirty-two characters',
      ...settings,
    };
    return new Promise((resolve, reject) => {
      execFile(
        process.execPath,
        [MAIN, 'doctor', '--json'],
        { env, cwd: dataDir },
        (error, stdout, stderr) => {
          try {
            resolve({ ...(JSON.parse(stdout) as Diagnosis), code: Number(error?.code ?? 0) });
          } catch {
            reject(new Error(`${stdout}\n${stderr}`));
          }
        },
      );
    });
  }

  const of = ({ findings }: Diagnosis, check: string) => {
    const found = findings.find((finding) => finding.check === check);
    assert.ok(found, check);
    return found;
  };

  it('finds nothing wrong where nothing is, and has looked at everything', async () => {
    const diagnosis = await examine();
    const bad = diagnosis.findings.filter(({ verdict }) => verdict === 'fail');
    assert.deepEqual(bad, []);
    assert.deepEqual([diagnosis.healthy, diagnosis.code], [true, 0]);
    for (const check of [
      'node',
      'settings',
      'database',
      'database version',
      'database schema',
      'clocks',
      'temporal',
    ])
      assert.equal(of(diagnosis, check).verdict, 'ok', check);
    for (const check of ['object store', 'secrets', 'image decoder', 'inference process'])
      assert.equal(of(diagnosis, check).verdict, 'ok', check);
    assert.match(of(diagnosis, 'disk').detail, /GiB/);
  });

  it('says of each thing that is wrong what it is and how to mend it, and goes on to the next', async () => {
    const { nobody, temporal } = await choosePorts(['nobody', 'temporal']);
    const diagnosis = await examine({
      DATABASE_URL: `postgres://somebody:hunter2secret@127.0.0.1:${nobody}/nothing`,
      TEMPORAL_ADDRESS: `127.0.0.1:${temporal}`,
      S3_ENDPOINT: `http://127.0.0.1:${nobody}`,
      ...{ S3_BUCKET: 'photos', S3_ACCESS_KEY: 'a', S3_SECRET_KEY: 'b', S3_REQUEST_TIMEOUT_MS: '300' },
    });
    assert.deepEqual([diagnosis.healthy, diagnosis.code], [false, 1]);
    for (const check of ['database', 'temporal', 'object store']) {
      assert.equal(of(diagnosis, check).verdict, 'fail', check);
      assert.ok((of(diagnosis, check).mend ?? '').length > 20, check);
    }
    assert.equal(of(diagnosis, 'database schema').verdict, 'skip');
    assert.equal(of(diagnosis, 'image decoder').verdict, 'ok');
    assert.doesNotMatch(JSON.stringify(diagnosis), /hunter2secret/);
  });

  it('knows a database without the schema, a namespace that is not there, and settings that are none', async () => {
    const bare = await examine({ DATABASE_URL: empty.url, TEMPORAL_NAMESPACE: 'nobody-made-this' });
    assert.match(of(bare, 'database schema').mend ?? '', /tributary migrate/);
    assert.match(of(bare, 'temporal').mend ?? '', /namespace create -n nobody-made-this/);
    assert.equal(bare.code, 1);
    const wrong = await examine({ PORT: 'eighty', HOST: '0.0.0.0' });
    assert.match(of(wrong, 'settings').detail, /PORT/);
    assert.equal(wrong.code, 1);
  });

  it('says what a model that is used runs on', async () => {
    const dir = path.join(dataDir, 'a-model');
    const { manifestPath } = await putModel(dir, 'yolov9', randomModel('yolov9', 1));
    const env = { PATH: process.env['PATH'], DATABASE_URL: database.url, TRIBUTARY_DATA: dataDir };
    await promisify(execFile)(process.execPath, [MAIN, 'models', 'add', manifestPath], { env, cwd: dataDir });
    const models = of(await examine({ INFERENCE_PROVIDER: 'cpu' }), 'models');
    assert.deepEqual(
      [models.verdict, /runs on the processor, a picture at a time/.test(models.detail)],
      ['ok', true],
    );
    if (hasCudaLibrary()) return;
    const wanted = of(await examine({ INFERENCE_PROVIDER: 'cuda' }), 'models');
    assert.equal(wanted.verdict, 'warn');
    assert.match(wanted.detail, /because CUDA cannot be used/);
  });

  it('knows credentials that no configured key opens', async () => {
    const other = randomBytes(24).toString('hex');
    const { keyId, sealed } = createSealer(other).seal('x', 'bound to nothing');
    const sql = postgres(database.url, { max: 1, onnotice: () => {} });
    try {
      await sql`
        with tenant as (insert into tenants (name) values ('doctor') returning id)
        insert into credentials (id, tenant_id, kind, key_id, sealed, fingerprint)
        select gen_random_uuid(), id, 'basic', ${keyId}, ${sealed}, 'x' from tenant`;
      const lost = of(await examine(), 'secrets');
      assert.equal(lost.verdict, 'fail');
      assert.match(lost.mend ?? '', /PREVIOUS_SECRET_KEYS/);
      const old = of(await examine({ PREVIOUS_SECRET_KEYS: other }), 'secrets');
      assert.equal(old.verdict, 'warn');
      assert.match(old.mend ?? '', /credentials rotate/);
    } finally {
      await sql.end();
    }
  });
});

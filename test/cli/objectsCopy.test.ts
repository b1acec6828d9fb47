import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runAudit } from '../../cli/audit.ts';
import { readConfig } from '../../config.ts';
import type { CopyReport } from '../../stores/copyObjects.ts';
import { originalKey } from '../../stores/objects/keys.ts';
import { type Bucket, needsVersitygw, startBucket } from '../hosting/bucket.ts';
import { folderOf, pictures } from '../hosting/pictures.ts';
import { startTributary, type Tributary } from '../hosting/tributary.ts';

const MAIN = path.resolve(import.meta.dirname, '../../dist/cli/main.js');
const PICTURES = 60;
const OBJECTS = PICTURES * 4;

describe('tributary objects copy', function () {
  this.timeout(240_000);
  let t: Tributary;
  let bucket: Bucket;
  let folder: string;

  before(async function () {
    await needsVersitygw(this);
    bucket = await startBucket();
    t = await startTributary();
    folder = await folderOf(await pictures(PICTURES, 3_000));
    const job = await t.waitImport(await t.startImport(folder));
    assert.equal(job.stored_files, PICTURES);
  });
  after(async () => {
    await t?.close();
    await bucket?.stop();
    if (folder !== undefined) await rm(folder, { recursive: true });
  });

  function copy(args: string[], env: Record<string, string>) {
    const child = spawn(process.execPath, [MAIN, 'objects', 'copy', '--json', ...args], {
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...t.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk) => (out += chunk));
    child.stderr.on('data', (chunk) => (err += chunk));
    const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
    return {
      child,
      exited,
      async report(): Promise<{ code: number | null; report: CopyReport; err: string }> {
        const code = await exited;
        await sleep(20);
        return { code, report: (out === '' ? null : JSON.parse(out)) as CopyReport, err };
      },
    };
  }

  const toBucket = () => ({
    TARGET_S3_ENDPOINT: bucket.settings.endpoint,
    TARGET_S3_ACCESS_KEY: bucket.settings.accessKey,
    TARGET_S3_SECRET_KEY: bucket.settings.secretKey,
  });
  const inBucket = async () =>
    (await readdir(bucket.dir, { recursive: true })).filter((name) => /\/(original|.*\.jpg)$/.test(name))
      .length;

  it('says what is missing, without secrets', async () => {
    const { code, err } = await copy(['--to', 's3'], { TARGET_S3_SECRET_KEY: 'never-shown' }).report();
    assert.equal(code, 78);
    assert.match(err, /TARGET_S3_BUCKET/);
    assert.ok(!err.includes('never-shown'));
    const wrong = await copy(['--to', 's3', '--bucket', 'nobodys'], toBucket()).report();
    assert.equal(wrong.code, 1);
    assert.match(wrong.err, /no such bucket/);
    const same = await copy(['--to', 'disk', '--path', t.config.storage.objectsDir], {}).report();
    assert.match(same.err, /already/);
  });

  it('goes on after it was killed in the middle, and everything is there', async () => {
    const first = copy(['--to', 's3', '--bucket', 'library'], toBucket());
    while ((await inBucket()) < 20) await sleep(5);
    first.child.kill('SIGKILL');
    await first.exited;
    const copied = await inBucket();
    assert.ok(copied < OBJECTS, `${copied} were copied before it was killed`);
    const { code, report, err } = await copy(['--to', 's3', '--bucket', 'library'], toBucket()).report();
    assert.equal(code, 0, err);
    assert.deepEqual(
      [report.promised, report.copied + report.present, report.wrongCount],
      [OBJECTS, OBJECTS, 0],
    );
    assert.ok(report.present > 0 && report.copied > 0, JSON.stringify(report));
    const audit = await runAudit(readConfig({ ...t.env, ...bucket.env() }));
    assert.ok(audit.clean, JSON.stringify(audit));
    assert.equal(audit.objects, OBJECTS);
    assert.ok((await t.audit()).clean, 'the source is as it was');
  });

  it('replaces what is damaged in the target, and tells of what is damaged in the source', async () => {
    const assets = await t.db.run(
      (sql) =>
        sql<
          { tenant: string; uid: string }[]
        >`select tenant_id as tenant, uid from assets order by id limit 2`,
    );
    const [there, here] = assets.map(({ tenant, uid }) => originalKey(tenant, uid));
    const inTarget = path.join(bucket.dir, there!);
    const whole = await readFile(inTarget);
    await writeFile(inTarget, Buffer.alloc(whole.length, 1));
    const source = path.join(t.config.storage.objectsDir, here!);
    const bytes = await readFile(source);
    await writeFile(source, bytes.subarray(0, 100));
    await rm(path.join(bucket.dir, here!));
    const { code, report } = await copy(['--to', 's3', '--bucket', 'library'], toBucket()).report();
    assert.equal(code, 1);
    assert.deepEqual([report.copied, report.wrong.map(({ key }) => key)], [1, [here]]);
    assert.deepEqual(await readFile(inTarget), whole);
    await writeFile(source, bytes);
    assert.equal((await copy(['--to', 's3', '--bucket', 'library'], toBucket()).report()).code, 0);
  });

  it('copies from a bucket to a disk as well', async () => {
    const dir = path.join(t.config.dataDir, 'back');
    const { code, report } = await copy(['--to', 'disk', '--path', dir], bucket.env()).report();
    assert.equal(code, 0);
    assert.equal(report.copied, OBJECTS);
    const audit = await runAudit(readConfig({ ...t.env, STORAGE_PATH: dir }));
    assert.ok(audit.clean, JSON.stringify(audit));
  });
});

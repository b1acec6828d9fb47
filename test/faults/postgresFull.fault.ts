import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type PhotoServer, startPhotoServer } from '../hosting/photoServer.ts';
import { picture, pictures } from '../hosting/pictures.ts';
import { type ImportBody, startTributary, type Tributary } from '../hosting/tributary.ts';
import { type PrivatePostgres, startPrivatePostgres } from './privatePostgres.ts';
import { tell } from './report.ts';

const FILES = 200;
const SEED = 900_000;
const DISK = '400m';
const FULL_MS = 20_000;

/** Writes until there is no room for more. */
async function fill(file: string): Promise<number> {
  const handle = await open(file, 'w');
  let bytes = 0;
  try {
    for (const size of [1 << 20, 1 << 12]) {
      const block = Buffer.alloc(size, 1);
      for (;;) {
        const { bytesWritten } = await handle.write(block).catch(() => ({ bytesWritten: 0 }));
        bytes += bytesWritten;
        if (bytesWritten < size) break;
      }
    }
  } finally {
    await handle.close();
  }
  return bytes;
}

describe('F13: the disk of Postgres is full', () => {
  let disk: string;
  let mounted = false;
  let postgres: PrivatePostgres;
  let photos: PhotoServer;
  let t: Tributary;

  before(async function () {
    this.timeout(400_000);
    disk = await mkdtemp(path.join(tmpdir(), 'tributary-fault-disk-'));
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK},mode=1777`, 'tmpfs', disk], {
        stdio: 'ignore',
      });
      mounted = true;
    } catch {
      this.skip();
    }
    postgres = await startPrivatePostgres(disk);
    photos = await startPhotoServer(await pictures(FILES, SEED), 150);
    t = await startTributary({ databaseUrl: postgres.url });
  });
  after(async () => {
    await t?.close();
    await photos?.close();
    await postgres?.remove();
    if (mounted) execFileSync('umount', [disk]);
    await rm(disk, { recursive: true, force: true });
  });

  it('is survived by everything, and what was refused comes in when there is room', async function () {
    this.timeout(600_000);
    const pids = (['api', 'io', 'cpu'] as const).map((part) => t.pid(part));
    const id = await t.startImport(photos.url);
    while ((await t.get<ImportBody>(`/imports/${id}`)).processed_files < 20) await sleep(50);
    const ballast = path.join(disk, 'ballast');
    const filled = await fill(ballast);
    const answers: Record<string, number> = {};
    const refused: Buffer[] = [];
    const until = performance.now() + FULL_MS;
    for (let n = 0; performance.now() < until; n += 1) {
      const bytes = await picture(SEED + FILES + n);
      const { status } = await t.upload(bytes, 'meanwhile.jpg');
      answers[status] = (answers[status] ?? 0) + 1;
      if (status !== 200) refused.push(bytes);
      await sleep(500);
    }
    await rm(ballast);
    const died = !postgres.isRunning();
    if (died) await postgres.start();
    // Whoever was refused sends it again, and what was begun is taken over.
    for (const bytes of refused) while ((await t.upload(bytes, 'again.jpg')).status !== 200) await sleep(500);
    const first = await t.waitImport(id);
    if (first.failed_files > 0) await t.post(`/imports/${id}/retry-failed`);
    let job = first;
    while (job.stored_files < FILES) {
      await sleep(200);
      job = await t.waitImport(id);
    }
    const audit = await t.audit();
    tell(
      {
        test: 'F13',
        seed: SEED,
        injected: `no room on the disk of Postgres for ${FULL_MS / 1_000} s (${filled} bytes taken)`,
        figures: {
          items: FILES,
          lost: FILES - job.stored_files,
          failed_at_first: first.failed_files,
          uploads_meanwhile: answers,
          postgres_ended: died,
        },
      },
      audit,
    );
    assert.ok(refused.length > 0, 'there was room enough');
    for (const pid of pids) assert.ok(process.kill(pid, 0));
    assert.equal(job.stored_files, FILES, JSON.stringify(job));
    assert.ok(audit.clean, JSON.stringify(audit));
  });
});

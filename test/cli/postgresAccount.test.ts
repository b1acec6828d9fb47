import assert from 'node:assert/strict';
import { execFileSync, fork, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { choosePorts } from '../../cli/embedded/ports.ts';
import { choosePostgresAccount } from '../../cli/embedded/postgresAccount.ts';
import { findPostgresBinaries, type PostgresBinaries } from '../../cli/embedded/postgresBinaries.ts';
import { ensureCluster } from '../../cli/embedded/postgresCluster.ts';
import { scratchDir, whenGone } from './scratch.ts';

const HOLDER = path.join(import.meta.dirname, 'fixtures/holdPostgres.ts');
const NOBODY = 65_534;

describe('the account that Postgres runs under', () => {
  const dir = scratchDir('account-test');
  let binaries: PostgresBinaries;
  before(async () => {
    binaries = await findPostgresBinaries();
  });

  describe('as root', () => {
    before(function () {
      if (process.getuid?.() !== 0 || process.platform !== 'linux') this.skip();
    });

    it('is another user, without privileges where everybody may pass', async () => {
      const open = path.join(dir, 'open');
      mkdirSync(open);
      chmodSync(dir, 0o755);
      chmodSync(open, 0o755);
      const account = await choosePostgresAccount(binaries, path.join(open, 'postgres'), open);
      chmodSync(dir, 0o700);
      assert.ok(account.uid !== null && account.uid > 0);
      assert.deepEqual(account.wrap('x', ['y']), {
        command: 'x',
        args: ['y'],
        uid: account.uid,
        gid: account.gid,
      });
    });

    it('reaches programs and data below directories that only root may enter', async () => {
      const checkout = path.join(dir, 'checkout');
      const native = path.join(checkout, 'native');
      mkdirSync(checkout, { mode: 0o700 });
      cpSync(path.resolve(binaries.initdb, '../..'), native, { recursive: true, verbatimSymlinks: true });
      const hidden: PostgresBinaries = {
        initdb: path.join(native, 'bin/initdb'),
        postgres: path.join(native, 'bin/postgres'),
        bootstrap: path.join(native, 'share/postgresql/postgres.bki'),
      };
      const clusterDir = path.join(checkout, 'postgres');
      const account = await choosePostgresAccount(hidden, clusterDir, checkout);
      assert.equal(account.wrap('x', []).command, 'setpriv');
      await ensureCluster({ clusterDir, account, binaries: hidden, password: 'secret', sync: false });
      assert.equal(statSync(path.join(clusterDir, 'PG_VERSION')).uid, account.uid);
      assert.ok(!existsSync(`${clusterDir}.password`));

      // Reading is all that is lent: the account may not write what is not its own.
      const { command, args } = account.wrap('/bin/sh', ['-c', `echo spoilt > "${hidden.initdb}"`]);
      assert.throws(() => execFileSync(command, args, { stdio: 'ignore' }));
      rmSync(checkout, { recursive: true });
    });

    it('is the owner of a cluster that is there', async () => {
      const clusterDir = path.join(dir, 'theirs');
      mkdirSync(clusterDir);
      chownSync(clusterDir, NOBODY, NOBODY);
      assert.equal((await choosePostgresAccount(binaries, clusterDir, dir)).uid, NOBODY);
    });
  });

  // Looks the owner up in /proc.
  it('is, for an ordinary user, that user', async function () {
    if (process.platform !== 'linux') this.skip();
    const theirs = path.join(dir, 'ordinary');
    mkdirSync(theirs);
    const child = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
    if (child.uid === 0) {
      // Root can be anybody; the checkout must only be open to that one.
      chmodSync(dir, 0o755);
      chownSync(theirs, NOBODY, NOBODY);
      child.uid = NOBODY;
      child.gid = NOBODY;
      const look = spawnSync('cat', [HOLDER], { ...child, stdio: 'ignore' });
      if (look.status !== 0) this.skip();
    }
    const { port } = await choosePorts(['port']);
    const holder = fork(HOLDER, [path.join(theirs, 'postgres'), String(port)], {
      execArgv: process.execArgv,
      env: { PATH: process.env['PATH'], HOME: theirs, TMPDIR: theirs },
      ...child,
    });
    const { pid } = await new Promise<{ pid: number }>((resolve, reject) => {
      holder.once('message', resolve as never);
      holder.once('exit', (code) => reject(new Error(`the holder ended with code ${code}`)));
    });
    assert.equal(statSync(`/proc/${pid}`).uid, child.uid);
    holder.removeAllListeners('exit').kill('SIGKILL');
    await whenGone(pid);
  });
});

import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CuttingProxy, startCuttingProxy } from '../cuttingProxy.ts';
import { freePort, isInstalled } from '../servers.ts';

export const hasSshd = isInstalled('sshd') && isInstalled('ssh-keygen');

/** sshd starts itself again for each visitor, by its whole path. */
const COMMAND = '/usr/sbin/sshd';

export interface Sshd {
  root: string;
  /** Straight to the server. */
  port: number;
  proxy: CuttingProxy;
  /** Lines of its public keys, by type. */
  hostKeys: { ed25519: string; rsa: string };
  right: { type: 'key'; username: string; private_key: string };
  wrong: { type: 'key'; username: string; private_key: string };
  stop(): Promise<void>;
}

export async function makeKey(
  file: string,
  type: string,
  passphrase = '',
): Promise<{ key: string; line: string }> {
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-C', 'test', '-f', file]);
  return { key: await fs.readFile(file, 'utf8'), line: await fs.readFile(`${file}.pub`, 'utf8') };
}

/**
 * Debian's sshd with keys of its own, as an ordinary user where that can be chosen, because root's would need a directory
 * of the system. Whoever runs it is its only visitor, and sees nothing but files.
 */
export async function startSshd(): Promise<Sshd> {
  const base = await fs.mkdtemp(path.join(os.tmpdir(), 'sshd-'));
  const [root, work] = [path.join(base, 'root'), path.join(base, 'work')];
  await fs.mkdir(root);
  await fs.mkdir(work);
  const isRoot = process.getuid?.() === 0;
  const [user, uid, gid] = isRoot
    ? ['nobody', 65_534, 65_534]
    : [os.userInfo().username, undefined, undefined];
  const ed25519 = await makeKey(path.join(work, 'host_ed25519'), 'ed25519');
  const rsa = await makeKey(path.join(work, 'host_rsa'), 'rsa');
  const right = await makeKey(path.join(work, 'visitor'), 'ed25519');
  const wrong = await makeKey(path.join(work, 'stranger'), 'ed25519');
  await fs.writeFile(path.join(work, 'authorized'), right.line);
  const port = await freePort();
  await fs.writeFile(
    path.join(work, 'sshd_config'),
    `ListenAddress 127.0.0.1
    Port ${port}
    HostKey ${work}/host_ed25519
    HostKey ${work}/host_rsa
    PidFile none
    AuthorizedKeysFile ${work}/authorized
    StrictModes no
    UsePAM yes
    PasswordAuthentication no
    KbdInteractiveAuthentication no
    MaxStartups 100
    ForceCommand internal-sftp
    Subsystem sftp internal-sftp\n`,
  );
  if (isRoot) {
    for (const name of [base, root, work]) await fs.chmod(name, 0o755);
    for (const name of await fs.readdir(work)) await fs.chown(path.join(work, name), 65_534, 65_534);
  }
  const child = spawn(COMMAND, ['-D', '-e', '-f', path.join(work, 'sshd_config')], {
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(uid !== undefined && { uid, gid }),
  });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said = (said + chunk).slice(-4_000);
  });
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const answers = () =>
    new Promise<boolean>((resolve) => {
      const socket = net.connect(port, '127.0.0.1');
      socket.once('data', () => resolve(true));
      socket.once('error', () => resolve(false));
      socket.once('close', () => resolve(false));
      socket.once('data', () => socket.destroy());
    });
  for (let tries = 0; !(await answers()); tries++) {
    if (child.exitCode !== null || tries > 200) {
      child.kill('SIGKILL');
      throw new Error(`sshd did not start: ${said}`);
    }
    await sleep(25);
  }
  const proxy = await startCuttingProxy(port);
  const visitor = (key: string) => ({ type: 'key' as const, username: user, private_key: key });
  return {
    root,
    port,
    proxy,
    hostKeys: { ed25519: ed25519.line, rsa: rsa.line },
    right: visitor(right.key),
    wrong: visitor(wrong.key),
    async stop() {
      await proxy.close();
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 2_000);
      await exited;
      clearTimeout(late);
      await fs.rm(base, { recursive: true });
    },
  };
}

import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { isInstalled, startServer } from '../servers.ts';
import { type CuttingFtpProxy, findDataPorts, startCuttingFtpProxy } from './cuttingFtpProxy.ts';

export const hasVsftpd = isInstalled('vsftpd');

export const RIGHT = { type: 'basic', username: 'anonymous', password: 'R1ght-s3cr3t' };
export const WRONG = { type: 'basic', username: 'anonymous', password: 'Wr0ng-s3cr3t' };

export interface Vsftpd {
  root: string;
  /** Straight to the server. */
  port: number;
  proxy: CuttingFtpProxy;
  /** SHA-256 of its certificate, in hex; empty without TLS. */
  fingerprint: string;
  stop(): Promise<void>;
}

export async function makeCertificate(work: string): Promise<{ pem: string; fingerprint: string }> {
  const pem = path.join(work, 'server.pem');
  execFileSync(
    'openssl',
    [
      ...[
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '2',
      ],
      ...['-subj', '/CN=ftp.test', '-keyout', pem, '-out', `${pem}.crt`],
    ],
    { stdio: 'ignore' },
  );
  const certificate = await fs.readFile(`${pem}.crt`);
  await fs.appendFile(pem, certificate);
  const { fingerprint256 } = new X509Certificate(certificate);
  return { pem, fingerprint: fingerprint256.replaceAll(':', '').toLowerCase() };
}

/**
 * Debian's vsftpd. Its only visitor is `anonymous`, whose password is checked all the same ("secure e-mail list"), so no
 * account of this machine is touched.
 */
export async function startVsftpd(
  tls: 'none' | 'explicit' | 'implicit',
  extra: Record<string, string> = {},
): Promise<Vsftpd> {
  const base = await fs.mkdtemp(path.join(os.tmpdir(), 'vsftpd-'));
  const root = path.join(base, 'root');
  const work = path.join(base, 'work');
  await fs.mkdir(root);
  await fs.mkdir(path.join(work, 'empty'), { recursive: true });
  const { pem, fingerprint } = tls === 'none' ? { pem: '', fingerprint: '' } : await makeCertificate(work);
  await fs.writeFile(path.join(work, 'passwords'), `${RIGHT.password}\n`);
  const { first, last, proxies } = await findDataPorts();
  const settings = (port: number): Record<string, string | number> => ({
    listen: 'YES',
    listen_address: '127.0.0.1',
    listen_port: port,
    background: 'NO',
    secure_chroot_dir: path.join(work, 'empty'),
    seccomp_sandbox: 'NO',
    anonymous_enable: 'YES',
    local_enable: 'NO',
    anon_root: root,
    anon_world_readable_only: 'NO',
    secure_email_list_enable: 'YES',
    email_password_file: path.join(work, 'passwords'),
    delay_failed_login: 0,
    utf8_filesystem: 'YES',
    pasv_min_port: first,
    pasv_max_port: last,
    ...(tls !== 'none' && {
      ssl_enable: 'YES',
      allow_anon_ssl: 'YES',
      force_anon_logins_ssl: 'YES',
      force_anon_data_ssl: 'YES',
      implicit_ssl: tls === 'implicit' ? 'YES' : 'NO',
      rsa_cert_file: pem,
      rsa_private_key_file: pem,
    }),
    ...extra,
  });
  const running = await startServer(
    {
      name: 'vsftpd',
      command: 'vsftpd',
      hidesDotFiles: false,
      sizes: 'exact',
      resumes: true,
      async prepare(_root, _work, port) {
        const lines = Object.entries(settings(port)).map(([name, value]) => `${name}=${value}\n`);
        await fs.writeFile(path.join(work, 'vsftpd.conf'), lines.join(''), { mode: 0o600 });
        return [path.join(work, 'vsftpd.conf')];
      },
    },
    root,
    work,
  );
  const port = Number(new URL(running.url).port);
  const proxy = await startCuttingFtpProxy(port, proxies);
  return {
    root,
    port,
    proxy,
    fingerprint,
    async stop() {
      await proxy.close();
      await running.stop();
      await fs.rm(base, { recursive: true });
    },
  };
}

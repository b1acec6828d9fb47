import { generateKeyPairSync } from 'node:crypto';
import type net from 'node:net';
import ssh2, { type AuthContext, type Connection, type SFTPWrapper } from 'ssh2';
import { fingerprintOf } from '../../../sources/kinds/sftp/hostKey.ts';

export interface FakeSftp {
  port: number;
  /** SHA-256 of its key, as OpenSSH shows it. */
  fingerprint: string;
  /** Ways of logging in that were tried. */
  tried: string[];
  close(): Promise<void>;
}

/**
 * The server of the ssh2 library, for what sshd cannot do without accounts on this machine (passwords) or does not do at
 * all (lies).
 */
export async function startFakeSftp(
  authenticate: (context: AuthContext) => void,
  serve: (sftp: SFTPWrapper, connection: Connection) => void = () => {},
): Promise<FakeSftp> {
  // The library's own generator now and then makes keys that the library cannot read.
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const key = ssh2.utils.parseKey(privateKey);
  if (key instanceof Error) throw key;
  const tried: string[] = [];
  const open = new Set<Connection>();
  const server = new ssh2.Server({ hostKeys: [privateKey] }, (connection) => {
    open.add(connection);
    connection.on('error', () => {});
    connection.on('close', () => open.delete(connection));
    connection.on('authentication', (context) => {
      tried.push(context.method);
      authenticate(context);
    });
    connection.on('session', (accept) => {
      accept().on('sftp', (acceptSftp) => serve(acceptSftp(), connection));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as net.AddressInfo).port,
    fingerprint: fingerprintOf(key.getPublicSSH()),
    tried,
    async close() {
      for (const connection of open) connection.end();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

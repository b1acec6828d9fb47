import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import fs from 'node:fs/promises';
import https from 'node:https';
import type net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

describe('the HTTP client over TLS', function () {
  this.timeout(240_000);
  let dir: string;
  let server: https.Server;
  let port: number;

  before(async function () {
    dir = await fs.mkdtemp(path.join(os.tmpdir(), 'https-'));
    const [key, cert] = [path.join(dir, 'key.pem'), path.join(dir, 'cert.pem')];
    try {
      const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
      const request = [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-days',
        '2',
        '-keyout',
        key,
        '-out',
        cert,
        ...subject,
      ];
      execFileSync('openssl', request, { stdio: 'ignore' });
    } catch {
      return this.skip();
    }
    server = https.createServer(
      { key: await fs.readFile(key), cert: await fs.readFile(cert) },
      (request, response) => {
        if (request.url === '/down') response.writeHead(302, { location: 'http://localhost/' }).end();
        else if (request.url === '/on') response.writeHead(302, { location: '/x' }).end();
        else response.end(`secret ${request.url}`);
      },
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as net.AddressInfo).port;
  });

  after(async () => {
    server?.closeAllConnections();
    if (server) await new Promise((resolve) => server.close(resolve));
    await fs.rm(dir, { recursive: true });
  });

  async function get(url: string, trusted: boolean): Promise<string> {
    const child = path.join(import.meta.dirname, 'httpsChild.ts');
    const env = { ...process.env, ...(trusted && { NODE_EXTRA_CA_CERTS: path.join(dir, 'cert.pem') }) };
    const { stdout } = await run(process.execPath, ['--import=tsx', child, url], { env });
    return stdout.trim();
  }

  it('trusts certificates that are signed, for the name that was asked for, and no others', async () => {
    const [good, untrusted, wrongName, down] = await Promise.all([
      get(`https://localhost:${port}/on`, true),
      get(`https://localhost:${port}/x`, false),
      get(`https://127.0.0.1:${port}/x`, true),
      get(`https://localhost:${port}/down`, true),
    ]);
    assert.equal(good, 'secret /x');
    for (const refused of [untrusted, wrongName])
      assert.match(refused, /^source_unreachable: No trusted secure connection/);
    assert.match(down, /^redirect_refused: .*unencrypted/);
  });
});

import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { type PhotoServer, startPhotoServer } from '../hosting/photoServer.ts';
import { folderOf, picture, pictures } from '../hosting/pictures.ts';
import { describeNoTraces } from '../hosting/traces.ts';
import { startTributary, type Tributary } from '../hosting/tributary.ts';
import { type FakeDropbox, startFakeDropbox } from '../sources/dropbox/fakeDropbox.ts';
import { type FakeDrive, startFakeDrive } from '../sources/google-drive/fakeDrive.ts';

const secret = (n: number) => `canary-${String(n).padStart(2, '0')}-9f8e7d6c5b`;
const SECRETS = Array.from({ length: 24 }, (_, n) => secret(n));

/** An endpoint that throws everything it was sent back in the caller's face. */
function startEcho(): Promise<Server> {
  let turn = 0;
  const server = createServer((req, res) => {
    const status = [500, 400, 403, 404, 301][turn++ % 5] ?? 500;
    const said = JSON.stringify(req.headers);
    res
      .writeHead(status, {
        'x-echo': said.slice(0, 2_000),
        location: `/elsewhere?${encodeURIComponent(said)}`,
      })
      .end(`<Error><Code>${said}</Code><Message>${said}</Message></Error>`);
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

interface Case {
  name: string;
  body: Record<string, unknown>;
}

describe('secrets', function () {
  this.timeout(240_000);
  let t: Tributary;
  let photos: PhotoServer;
  let echo: Server;
  let drive: FakeDrive;
  let dropbox: FakeDropbox;
  let folder: string;
  const answers: string[] = [];

  before(async () => {
    folder = await folderOf(await pictures(3, 6_000));
    photos = await startPhotoServer({ 'a.jpg': await picture(6_010), 'b.jpg': await picture(6_011) });
    photos.login = ['ranger', secret(1)];
    echo = await startEcho();
    drive = await startFakeDrive({ root: folder });
    drive.keys.add(secret(2));
    dropbox = await startFakeDropbox({
      root: folder,
      app: { key: 'app', secret: secret(3) },
      tokens: [secret(4)],
      links: { '/sh/locked/AAAkey': { shows: '', password: secret(5) } },
    });
    t = await startTributary({
      env: {
        SECRET_KEY: `${secret(0)} and some more characters`,
        LOG_LEVEL: 'trace',
        GOOGLE_DRIVE_ENDPOINT: drive.url,
        GOOGLE_API_KEY: secret(6),
        DROPBOX_ENDPOINT: dropbox.url,
        DROPBOX_APP_KEY: 'app',
        DROPBOX_APP_SECRET: secret(3),
      },
    });
  });

  after(async () => {
    await t?.close();
    await Promise.all([photos.close(), drive.close(), dropbox.close()]);
    echo.closeAllConnections();
    await new Promise((resolve) => echo.close(resolve));
    await rm(folder, { recursive: true });
  });

  async function call(method: string, at: string, body?: unknown): Promise<{ status: number; json: never }> {
    const response = await fetch(`${t.url}${at}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    answers.push(`${method} ${at} ${response.status} ${JSON.stringify([...response.headers])} ${text}`);
    return { status: response.status, json: (text === '' ? null : JSON.parse(text)) as never };
  }

  function cases(): Case[] {
    const at = `127.0.0.1:${(echo.address() as AddressInfo).port}`;
    const folderUrl = 'https://drive.google.com/drive/folders/';
    const link = 'https://www.dropbox.com/sh/locked/AAAkey';
    const basic = (n: number) => ({ type: 'basic', username: 'ranger', password: secret(n) });
    return [
      { name: 'web directory, right', body: { url: photos.url, credentials: basic(1) } },
      { name: 'web directory, wrong', body: { url: `${photos.url}x/`, credentials: basic(7) } },
      { name: 'web directory, echoed', body: { url: `http://${at}/a/`, credentials: basic(8) } },
      {
        name: 'web directory, header echoed',
        body: { url: `http://${at}/b/`, credentials: { type: 'header', name: 'X-Key', value: secret(9) } },
      },
      {
        name: 'web directory, bearer echoed',
        body: { url: `http://${at}/c/`, credentials: { type: 'bearer', token: secret(10) } },
      },
      {
        name: 'Drive, right key',
        body: { url: `${folderUrl}${drive.tree.idOf('')}`, credentials: { type: 'api_key', key: secret(2) } },
      },
      {
        name: 'Drive, wrong key',
        body: { url: `${folderUrl}wrongKeyFolder01`, credentials: { type: 'api_key', key: secret(11) } },
      },
      { name: 'Drive, wrong key of the installation', body: { url: `${folderUrl}wrongKeyFolder02` } },
      {
        name: 'Drive, wrong account',
        body: {
          url: `${folderUrl}wrongKeyFolder03`,
          credentials: {
            type: 'oauth',
            client_id: 'x',
            client_secret: secret(12),
            refresh_token: secret(13),
          },
        },
      },
      {
        name: 'Dropbox, right password',
        body: { url: link, credentials: { type: 'link_password', link_password: secret(5) } },
      },
      {
        name: 'Dropbox, wrong password',
        body: { url: link, credentials: { type: 'link_password', link_password: secret(14) }, force: true },
      },
      {
        name: 'Dropbox, own, right',
        body: { url: 'dropbox:/', credentials: { type: 'token', access_token: secret(4) } },
      },
      {
        name: 'Dropbox, own, wrong',
        body: { url: 'dropbox:/x', credentials: { type: 'token', access_token: secret(15) } },
      },
      {
        name: 'S3, echoed',
        body: {
          url: `s3+http://${at}/bucket/x/`,
          credentials: { type: 's3', access_key: secret(16), secret_key: secret(17) },
        },
      },
      { name: 'WebDAV, echoed', body: { url: `webdav://${at}/d/`, credentials: basic(18) } },
      {
        name: 'REST, echoed',
        body: {
          url: `http://${at}/api`,
          kind: 'rest',
          settings: { items: 'data', fields: { url: 'url' } },
          credentials: { type: 'bearer', token: secret(19) },
        },
      },
      {
        name: 'FTP at a web server',
        body: { url: `ftp://${at}/f/`, credentials: basic(20), settings: { tls: 'none' } },
      },
      {
        name: 'SFTP at a web server',
        body: {
          url: `sftp://${at}/f/`,
          credentials: { type: 'key', username: 'x', private_key: secret(21), passphrase: secret(22) },
        },
      },
    ];
  }

  it('go in by every kind of source, and imports succeed and fail with them', async () => {
    const ends = new Map<string, string>();
    await Promise.all(
      cases().map(async ({ name, body }) => {
        const { status, json } = await call('POST', '/imports', body);
        assert.equal(status, 202, `${name}: ${JSON.stringify(json)}`);
        const { id } = json as { id: string };
        // A server that fails in ways that may pass is asked again for minutes; that is long enough to see it fail.
        const until = Date.now() + 15_000;
        let state = '';
        while (!['completed', 'failed', 'needs_attention'].includes(state) && Date.now() < until) {
          await sleep(250);
          state = ((await call('GET', `/imports/${id}`)).json as { state: string }).state;
        }
        ends.set(name, state);
        await call('GET', `/imports/${id}/items?limit=100`);
        await call('POST', `/imports/${id}/resume`, { credentials: { wrong: secret(23) } });
        await call('POST', `/imports/${id}/cancel`);
      }),
    );
    for (const name of [
      'web directory, right',
      'Drive, right key',
      'Dropbox, right password',
      'Dropbox, own, right',
    ]) {
      assert.equal(ends.get(name), 'completed', name);
    }
    for (const name of [
      'web directory, wrong',
      'Drive, wrong key',
      'Dropbox, wrong password',
      'Dropbox, own, wrong',
    ]) {
      assert.equal(ends.get(name), 'needs_attention', name);
    }
  });

  it('go in by pull sources, wrong requests and sockets', async () => {
    const made = await call('POST', '/image-pull-sources', {
      name: 'Trap',
      base_url: photos.url,
      auth_type: 'basic',
      auth_username: 'ranger',
      auth_password: secret(1),
    });
    const { id } = made.json as { id: string };
    await call('POST', `/image-pull-sources/${id}/process`);
    await call('POST', `/image-pull-sources/${id}/test`);
    await call('PATCH', `/image-pull-sources/${id}`, {
      auth_type: 'header',
      auth_header: `X-Key: ${secret(9)}`,
    });
    await call('POST', `/image-pull-sources/${id}/test`);
    await call('GET', '/image-pull-sources?include_inactive=true');
    await call('POST', '/imports', { url: `http://ranger:${secret(8)}@127.0.0.1/` });
    await call('POST', '/imports', { url: photos.url, credentials: { type: 'basic', username: secret(7) } });
    const push = (await call('POST', '/image-pull-sources', { name: 'Push', kind: 'push' })).json as {
      id: string;
    };
    const socket = new WebSocket(`${t.url.replace('http', 'ws')}/image-pull-sources/${push.id}/items`);
    await new Promise((resolve) => socket.once('open', resolve));
    socket.send(JSON.stringify({ id: 1, items: [{ url: `http://x:${secret(8)}@127.0.0.1/a.jpg` }] }));
    answers.push(await new Promise((resolve) => socket.once('message', (data) => resolve(String(data)))));
    socket.close();
    for (const at of ['/imports', '/source-kinds', '/images', '/openapi.json', '/health', '/readyz']) {
      await call('GET', at);
    }
  });

  describeNoTraces(SECRETS, () => ({ t, answers, histories: 18 }));
});

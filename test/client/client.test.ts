import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { createTributaryClient, Problem } from '../../client/client.ts';
import { folderOf, picture, pictures } from '../hosting/pictures.ts';
import { startTributary, type Tributary } from '../hosting/tributary.ts';

const EXAMPLE = path.resolve(import.meta.dirname, '../../client/example.ts');

describe('the typed client', function () {
  this.timeout(240_000);
  let t: Tributary;

  before(async function () {
    this.timeout(240_000);
    t = await startTributary();
  });
  after(() => t?.close());

  it('runs its example', async () => {
    const folder = await folderOf(await pictures(5, 50_000));
    const file = path.join(folder, '..', `${path.basename(folder)}.jpg`);
    await writeFile(file, await picture(50_100));
    const { stdout } = await promisify(execFile)(process.execPath, ['--import=tsx', EXAMPLE, folder, file], {
      env: { ...process.env, TRIBUTARY_URL: t.url },
    });
    const lines = stdout.trim().split('\n');
    assert.equal(lines[0], 'completed: 5 of 5 files are in the library');
    assert.match(lines[1] ?? '', /\.jpg is asset \d+$/);
    assert.equal(lines[2], '5 images came from folders');
    assert.equal(lines[3], '404 not_found: There is no such asset.');
    await rm(folder, { recursive: true });
    await rm(file);
  });

  it('throws what is wrong, with the fields', async () => {
    const seen: (Problem | null)[] = [];
    const client = createTributaryClient({ baseUrl: t.url, onAnswer: (problem) => seen.push(problem) });
    const refused = await client
      .ask(client.api.POST('/locations', { body: { name: 'x', latitude: 91 } }))
      .catch((error: unknown) => error);
    assert.ok(refused instanceof Problem);
    assert.deepEqual([refused.status, refused.code, refused.passing], [422, 'invalid_request', false]);
    assert.equal(refused.errors[0]?.pointer, '/latitude');
    assert.ok(refused.requestId);
    await client.ask(client.api.GET('/users'));
    assert.deepEqual(seen, [refused, null]);
  });

  it('asks again where that can help, and nothing is done twice', async () => {
    // In between: forwards, but loses the first answers.
    let lost = 0;
    const keys = new Set<unknown>();
    const between = createServer(async (req, res) => {
      const parts: Buffer[] = [];
      for await (const part of req) parts.push(part as Buffer);
      keys.add(req.headers['idempotency-key']);
      const answer = await fetch(`${t.url}${req.url}`, {
        method: req.method ?? 'GET',
        headers: {
          'content-type': String(req.headers['content-type']),
          'idempotency-key': String(req.headers['idempotency-key']),
        },
        body: Buffer.concat(parts),
      });
      const body = Buffer.from(await answer.arrayBuffer());
      lost += 1;
      if (lost === 1) res.destroy();
      else if (lost === 2) res.writeHead(503, { 'retry-after': '0' }).end();
      else res.writeHead(answer.status, { 'content-type': 'application/json' }).end(body);
    });
    await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve));
    const { port } = between.address() as AddressInfo;
    const client = createTributaryClient({ baseUrl: `http://127.0.0.1:${port}` });
    const user = await client.ask(client.api.POST('/users', { body: { name: 'Only one' } }));
    const same = (await t.get<{ id: string; name: string }[]>('/users')).filter(
      ({ name }) => name === 'Only one',
    );
    assert.deepEqual([lost, keys.size, same.map(({ id }) => id)], [3, 1, [user.id]]);
    between.closeAllConnections();
    between.close();
  });

  it('gives a silent server up', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const client = createTributaryClient({
      baseUrl: `http://127.0.0.1:${port}`,
      deadlineMs: 100,
      retries: 1,
    });
    await assert.rejects(client.ask(client.api.GET('/users')), { status: 0, passing: true });
    silent.closeAllConnections();
    silent.close();
  });
});

import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { checkPort } from '../../cli/dev/preflight.ts';
import { choosePorts, findPortFault } from '../../cli/embedded/ports.ts';

async function withTaken<T>(work: (port: number) => Promise<T>): Promise<T> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await work((server.address() as { port: number }).port);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

describe('ports', () => {
  it('are different, free, and below those of outgoing connections', async () => {
    const chosen = await choosePorts(['a', 'b', 'c']);
    assert.equal(new Set(Object.values(chosen)).size, 3);
    for (const port of Object.values(chosen)) {
      assert.ok(port >= 20_000 && port < 30_000);
      assert.equal(await findPortFault(port, '127.0.0.1'), null);
    }
  });

  it('stay the same while they are free, also when others draw first', async () => {
    const before = await choosePorts(['a', 'b']);
    const after = await choosePorts(['new', 'a', 'b'], before);
    assert.deepEqual({ a: after.a, b: after.b }, before);
    assert.ok(!Object.values(before).includes(after.new));
  });

  it('change when somebody else has taken one', () =>
    withTaken(async (taken) => {
      const { a } = await choosePorts(['a'], { a: taken });
      assert.notEqual(a, taken);
    }));

  it('of the API: a taken one is named, with a way out', () =>
    withTaken(async (taken) => {
      await assert.rejects(checkPort('127.0.0.1', taken), {
        name: 'PortTaken',
        message: new RegExp(`Port ${taken} .*taken[\\s\\S]*Nothing was started[\\s\\S]*PORT=\\d+ npm start`),
      });
    }));

  it('of the API: 0 becomes a free one, an address of another machine is refused', async () => {
    assert.ok((await checkPort('127.0.0.1', 0)) > 0);
    await assert.rejects(checkPort('192.0.2.1', 8000), { message: /no address 192\.0\.2\.1/ });
  });
});

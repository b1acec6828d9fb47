import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { choosePorts } from '../../cli/embedded/ports.ts';
import { startTributary, type Tributary } from '../hosting/tributary.ts';

const PAGE = path.resolve(import.meta.dirname, '../../docs/webhooks.md');
/** How each of the two programs of the page is run; it reads the program from its input. */
const LANGUAGES = {
  js: [process.execPath, ['--input-type=module', '-']],
  python: ['python3', ['-u', '-']],
} as const;

async function accepts(port: number): Promise<void> {
  for (;;) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (open) return;
    await sleep(50);
  }
}

describe('the receivers of docs/webhooks.md', function () {
  this.timeout(240_000);
  let t: Tributary;
  const children: ChildProcess[] = [];

  before(async function () {
    this.timeout(240_000);
    t = await startTributary({
      parts: ['api', 'io'],
      env: { SECRET_KEY: 'a key of thirty-two characters or more', WEBHOOK_RETRY_SECONDS: '0.1' },
    });
  });
  after(async () => {
    for (const child of children) child.kill();
    await t?.close();
  });

  for (const [language, [command, args]] of Object.entries(LANGUAGES)) {
    it(`believe what we send and nothing else (${language})`, async () => {
      const page = await readFile(PAGE, 'utf8');
      const program = new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(page)?.[1];
      assert.ok(program !== undefined);
      const { port } = await choosePorts(['port']);
      const url = `http://127.0.0.1:${port}/`;
      const { id, secret } = await t.post<{ id: string; secret: string }>('/webhooks', {
        url,
        events: ['audit.*'],
      });
      const child = spawn(command, [...args], { env: { ...process.env, SECRET: secret } });
      children.push(child);
      let printed = '';
      child.stdout.on('data', (chunk) => {
        printed += chunk;
      });
      child.stdin.end(program.replaceAll('9000', String(port)));
      await accepts(port);
      const state = async (): Promise<string> => {
        const { id: delivery } = await t.post<{ id: number }>(`/webhooks/${id}/test`);
        for (;;) {
          const { state } = await t.get<{ state: string }>(`/webhooks/${id}/deliveries/${delivery}`);
          if (state !== 'pending') return state;
          await sleep(50);
        }
      };
      assert.equal(await state(), 'delivered');
      while (!printed.includes('webhook.test')) await sleep(20);
      // With another secret than it knows.
      await t.post(`/webhooks/${id}/rotate-secret`);
      await t.db.run((sql) => sql`update webhooks set previous_until = now() where id = ${id}`);
      assert.equal(await state(), 'failed');
      const forged = await fetch(url, {
        method: 'POST',
        body: '{}',
        headers: { 'webhook-id': 'x', 'webhook-timestamp': '1', 'webhook-signature': 'v1,AAAA' },
      });
      assert.equal(forged.status, 401);
    });
  }
});

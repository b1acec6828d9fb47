import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { request } from 'node:http';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Tributary } from '../hosting/tributary.ts';

/** A route that takes multipart bodies with files. */
export interface UploadRoute {
  path: string;
  /** Of the form field that takes files. */
  field: string;
  /** First bytes of a file that the route takes. */
  head: () => Promise<Buffer>;
  /** Most bytes of one file. */
  max: number;
  /** Statuses that mean "refused" when one file of many is bad. */
  tooLarge?: readonly number[];
}

interface Answer {
  status: number;
  body: string;
}

/** Multipart bodies, by what is odd about them, that have crashed parsers or upset them. */
export const oddBodies = (field: string): readonly (readonly [string, string])[] => [
  ['no parts', '--b--\r\n'],
  ['an empty part', '--b\r\n--b--\r\n'],
  ['no body', ''],
  [
    'a cut boundary after an empty file name',
    `--b\r\nContent-Disposition: form-data; name="${field}"; filename=""\r\nContent-Type: x\r\n\r\nx\r\n--b`,
  ],
  ['a part header and then the end', '--b\r\nContent-Disposition: form-data; name="fi'],
  [
    'a missing last boundary',
    `--b\r\nContent-Disposition: form-data; name="${field}"; filename="x.jpg"\r\n\r\nx`,
  ],
  ['an empty field name', '--b\r\nContent-Disposition: form-data; name=""\r\n\r\nx\r\n--b--\r\n'],
  ['no name at all', '--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n'],
  [
    'a very long part header',
    `--b\r\nContent-Disposition: form-data; name="${field}"; filename="${'x'.repeat(1_000_000)}"\r\n\r\nx\r\n--b--\r\n`,
  ],
  [
    'too many fields',
    `${Array.from({ length: 10_000 }, (_, i) => `--b\r\nContent-Disposition: form-data; name="f${i}"\r\n\r\nx\r\n`).join('')}--b--\r\n`,
  ],
  [
    'deeply nested fields',
    `--b\r\nContent-Disposition: form-data; name="a${'[b]'.repeat(60)}"\r\n\r\nx\r\n--b--\r\n`,
  ],
  [
    'a prototype for a field',
    '--b\r\nContent-Disposition: form-data; name="__proto__[x]"\r\n\r\nx\r\n--b--\r\n',
  ],
  [
    'a file in the wrong field',
    '--b\r\nContent-Disposition: form-data; name="picture"; filename="x.jpg"\r\n\r\nx\r\n--b--\r\n',
  ],
];

/** The attacks on uploads that every route must survive: a problem for an answer, nothing kept, and the process lives on. */
export function describeUploadAttacks(tributary: () => Tributary, route: UploadRoute): void {
  describe(`attacks on ${route.path}`, () => {
    const part = `--b\r\nContent-Disposition: form-data; name="${route.field}"; filename="x.jpg"\r\n\r\n`;
    const port = () => Number(new URL(tributary().url).port);

    async function noLeftovers(): Promise<void> {
      const { scratchDir } = tributary().config.storage;
      // Looked at once: what was accepted is rendered meanwhile, and comes and goes there.
      let left = await readdir(scratchDir);
      for (let i = 0; i < 600 && left.length > 0; i += 1) {
        await sleep(50);
        left = await readdir(scratchDir);
      }
      assert.deepEqual(left, []);
    }

    function raw(body: string | Buffer, headers: Record<string, string> = {}): Promise<Answer> {
      return new Promise((resolve, reject) => {
        const req = request(`${tributary().url}${route.path}`, {
          method: 'POST',
          headers: { 'content-type': 'multipart/form-data; boundary=b', ...headers },
        });
        req.on('response', (res) => {
          let text = '';
          res.on('data', (chunk) => {
            text += chunk;
          });
          res.on('end', () => resolve({ status: res.statusCode ?? 0, body: text }));
        });
        req.on('error', reject);
        req.end(body);
      });
    }

    for (const [what, body] of oddBodies(route.field)) {
      it(`answers ${what} with a problem and lives on`, async () => {
        const { status, body: text } = await raw(body);
        assert.ok(status >= 400 && status < 500, `${status} ${text}`);
        assert.equal(typeof (JSON.parse(text) as { detail: string }).detail, 'string');
        assert.equal((await fetch(`${tributary().url}/livez`)).status, 200);
        await noLeftovers();
      });
    }

    it('answers a body of another type', async () => {
      const { status } = await raw('{}', { 'content-type': 'application/json' });
      assert.ok(status >= 400 && status < 500, `${status}`);
      assert.equal((await raw('x', { 'content-type': 'multipart/form-data' })).status, 400);
    });

    it('takes little more than the limit of an endless upload, and hangs up', async function () {
      this.timeout(120_000);
      const head = await route.head();
      const { said, sent } = await new Promise<{ said: string; sent: number }>((resolve, reject) => {
        const socket = net.connect(port(), '127.0.0.1');
        let answer = '';
        let total = 0;
        const chunk = (data: Buffer): void => {
          total += data.length;
          socket.write(
            Buffer.concat([Buffer.from(`${data.length.toString(16)}\r\n`), data, Buffer.from('\r\n')]),
          );
        };
        socket.on('data', (data) => {
          answer += data;
        });
        socket.on('error', (error) => (answer === '' ? reject(error) : undefined));
        socket.write(
          `POST ${route.path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\nTransfer-Encoding: chunked\r\n\r\n`,
        );
        chunk(Buffer.from(part));
        chunk(head);
        const timer = setInterval(() => {
          if (!socket.destroyed && socket.writableLength < 1e6) chunk(Buffer.alloc(65_536));
        }, 2);
        socket.on('close', () => {
          clearInterval(timer);
          resolve({ said: answer, sent: total });
        });
      });
      assert.match(said, /^HTTP\/1\.1 413/);
      assert.ok(sent < route.max + 80 * 2 ** 20, `${sent} bytes were taken`);
      await noLeftovers();
    });

    it('forgets a client that goes away in the middle', async () => {
      const body = Buffer.concat([Buffer.from(part), await route.head(), Buffer.alloc(200_000)]);
      for (const share of [0.01, 0.5, 0.99]) {
        const socket = net.connect(port(), '127.0.0.1');
        socket.on('error', () => {});
        socket.write(
          `POST ${route.path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: ${body.length + 8}\r\n\r\n`,
        );
        socket.write(body.subarray(0, Math.floor(body.length * share)));
        await sleep(50);
        if (share === 0.5) socket.resetAndDestroy();
        else socket.destroy();
      }
      await noLeftovers();
    });
  });
}

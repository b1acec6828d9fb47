import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import express, { type Response } from 'express';
import { follow } from '../../api/live/follow.ts';
import type { FeedReader } from '../../api/live/reader.ts';
import { openEventStream, untilGone } from '../../api/live/sse.ts';

describe('a stream of events', function () {
  this.timeout(240_000);

  it('ends for somebody who does not read it, and little waits for him', async () => {
    let pages = 0;
    // There is always more.
    const reader: FeedReader = {
      async next() {
        pages += 1;
        const cursor = { position: pages, index: 0 };
        const event = {
          ...{
            id: String(pages),
            type: 'asset.ready' as const,
            at: new Date(0).toISOString(),
            tenant_name: null,
          },
          data: { links: {}, filler: 'x'.repeat(256 * 1024) },
        };
        return { messages: [{ cursor, kind: 'asset.ready', importId: null, event }], cursor, expired: false };
      },
    };
    const app = express();
    const ended = new Promise<{ end: string; waiting: number }>((resolve, reject) => {
      app.get('/', (_req, res: Response) => {
        const signal = untilGone(res, new AbortController().signal);
        const sink = openEventStream(res, { position: 0, index: 0 });
        follow(reader, sink, signal, undefined, 500).then((end) => {
          resolve({ end, waiting: (res as ServerResponse).writableLength });
          res.destroy();
        }, reject);
      });
    });
    const server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    try {
      socket.pause();
      socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
      const { end, waiting } = await ended;
      assert.equal(end, 'slow');
      // One page, and what the system holds for the connection.
      assert.ok(waiting < 2 * 2 ** 20, `${waiting} bytes wait`);
    } finally {
      socket.destroy();
      server.close();
    }
  });
});

import assert from 'node:assert/strict';
import { masked } from '../log.ts';

describe('log lines', () => {
  for (const [secret, shown] of [
    ['rtsp://admin:p%40ss@10.0.0.5/stream', 'rtsp://***@10.0.0.5/stream'],
    [
      'GET https://www.googleapis.com/drive/v3/files?q=x&key=AIzaSy123',
      'GET https://www.googleapis.com/drive/v3/files?q=x&key=***',
    ],
    ['https://h/x?refresh_token=abc&client_secret=def', 'https://h/x?refresh_token=***&client_secret=***'],
    ['see https://u:p@host/ and http://a:b@c/', 'see https://***@host/ and http://***@c/'],
    ['an ordinary sentence, 10:30 @ noon', 'an ordinary sentence, 10:30 @ noon'],
  ] as const) {
    it(`mask ${shown}`, () => assert.equal(masked(secret), shown));
  }
});

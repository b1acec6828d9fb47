import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { picture } from '../hosting/pictures.ts';
import { PROCESSES, startTributary, type Tributary } from '../hosting/tributary.ts';
import { connectTo, type RawAnswer, type RawConnection, say } from './rawHttp.ts';

const MAX = 2 * 2 ** 20;
const OPEN_UPLOADS = 20;
const CLOSE = 'Connection: close\r\n';
const JSON_TYPE = 'Content-Type: application/json\r\n';
const FORM_TYPE = 'Content-Type: multipart/form-data; boundary=b\r\n';

interface Uploaded {
  asset_id: number;
}

describe('hostile clients', function () {
  this.timeout(240_000);
  let t: Tributary;

  before(async function () {
    this.timeout(240_000);
    t = await startTributary({
      env: {
        MAX_FILE_BYTES: String(MAX),
        MAX_OPEN_UPLOADS: String(OPEN_UPLOADS),
        BODY_PATIENCE_SECONDS: '2',
        HEADERS_TIMEOUT_SECONDS: '2',
      },
    });
  });
  after(() => t?.close());

  afterEach('the process lives, and nothing is left', async () => {
    assert.equal((await fetch(`${t.url}/livez`)).status, 200);
    const { scratchDir } = t.config.storage;
    // Looked at once: what was accepted is rendered meanwhile, and comes and goes there.
    let left = await readdir(scratchDir);
    for (let i = 0; i < 2_000 && left.length > 0; i += 1) {
      await sleep(50);
      left = await readdir(scratchDir);
    }
    assert.deepEqual(left, []);
  });

  const request = (line: string, headers: string, body: string | Buffer = ''): Buffer =>
    Buffer.concat([Buffer.from(`${line} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`), Buffer.from(body)]);
  const post = (path: string, type: string, body: string | Buffer, more = ''): Buffer =>
    request(`POST ${path}`, `${type}${CLOSE}${more}Content-Length: ${Buffer.byteLength(body)}\r\n`, body);
  const part = (name: string): string =>
    `--b\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n\r\n`;
  const form = (bytes: Buffer, name = 'x.jpg'): Buffer =>
    Buffer.concat([Buffer.from(part(name)), bytes, Buffer.from('\r\n--b--\r\n')]);

  function isProblem(answer: RawAnswer): void {
    const body = JSON.parse(
      answer.body.slice(answer.body.indexOf('{'), answer.body.lastIndexOf('}') + 1),
    ) as {
      detail: unknown;
    };
    assert.equal(typeof body.detail, 'string');
  }

  describe('that announce or send too much', () => {
    it('are told so at the header', async () => {
      const connection = connectTo(t.url);
      connection.send(
        request('POST /upload/', `${FORM_TYPE}Content-Length: ${10 * 2 ** 30}\r\n`, part('x.jpg')),
      );
      const answer = await connection.closed;
      assert.equal(answer.status, 413);
      assert.equal(answer.headers.get('connection'), 'close');
    });

    it('are told so at the header when they wait to be asked for the body', async () => {
      const answer = await say(
        t.url,
        request(
          'POST /upload/',
          `${FORM_TYPE}${CLOSE}Expect: 100-continue\r\nContent-Length: ${2 ** 40}\r\n`,
        ),
      );
      assert.match(String(answer.status), /^(100|413|417)$/);
    });

    for (const [what, body] of [
      ['JSON of 10 MB', `{"name":"${'x'.repeat(10 * 2 ** 20)}"}`],
      ['an array of 10 MB', `[${'0,'.repeat(5 * 2 ** 20)}0]`],
    ] as const) {
      it(`are told so: ${what}`, async () => {
        assert.equal((await say(t.url, post('/users', JSON_TYPE, body))).status, 413);
      });
    }
  });

  describe('that send JSON to break parsers', () => {
    const bodies: readonly (readonly [what: string, body: string | Buffer, status: RegExp, type?: string])[] =
      [
        ['100,000 levels', `{"name":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, /^4(00|22)$/],
        ['levels without an end', `{"name":${'['.repeat(100_000)}`, /^400$/],
        ['a prototype', '{"name":"Eve","__proto__":{"admin":true}}', /^201$/],
        ['a constructor', '{"name":"Eve","constructor":{"prototype":{"admin":true}}}', /^201$/],
        ['the same key twice', '{"name":1,"name":"Eve"}', /^201$/],
        ['a number without end', `{"name":"x","email":1e400}`, /^422$/],
        ['NUL in a text', '{"name":"a\\u0000b"}', /^422$/],
        ['half a surrogate pair', '{"name":"\\ud800"}', /^(201|422)$/],
        ['other bytes than UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]), /^4(00|22)$/],
        [
          'a charset that is none',
          '{"name":"x"}',
          /^415$/,
          'Content-Type: application/json; charset=klingon\r\n',
        ],
        ['an encoding that is none', '{"name":"x"}', /^415$/, `${JSON_TYPE}Content-Encoding: rot13\r\n`],
      ];
    for (const [what, body, expected, type = JSON_TYPE] of bodies) {
      it(`are answered: ${what}`, async () => {
        const answer = await say(t.url, post('/users', type, body));
        assert.match(String(answer.status), expected, answer.body);
        if (answer.status >= 400) isProblem(answer);
        assert.equal(({} as { admin?: boolean }).admin, undefined);
        const health = await (await fetch(`${t.url}/health`)).text();
        assert.doesNotMatch(health, /admin/);
      });
    }

    it('are answered: 100,000 levels where anything may stand', async () => {
      const body = `{"url":"/nowhere","settings":{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`;
      assert.equal((await say(t.url, post('/imports', JSON_TYPE, body))).status, 422);
    });

    it('are answered: a gzip that grows a thousandfold', async () => {
      const { gzipSync } = await import('node:zlib');
      const bomb = gzipSync(Buffer.from(`{"name":"${'x'.repeat(64 * 2 ** 20)}"}`));
      const answer = await say(t.url, post('/users', `${JSON_TYPE}Content-Encoding: gzip\r\n`, bomb));
      assert.equal(answer.status, 413);
    });
  });

  describe('that are slow', () => {
    /** Keeps on saying a byte now and then until the server has had enough. */
    async function drip(connection: RawConnection, byte = 'x'): Promise<RawAnswer> {
      const timer = setInterval(() => connection.send(byte), 200);
      const answer = await connection.closed;
      clearInterval(timer);
      return answer;
    }

    it('lose their connection when the headers do not end', async () => {
      const connection = connectTo(t.url);
      connection.send('POST /upload/ HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
      assert.match(String((await drip(connection)).status), /^(0|408)$/);
    });

    for (const [what, path, type, body] of [
      ['an upload', '/upload/', FORM_TYPE, part('x.jpg')],
      ['frames', '/ingest/upload', FORM_TYPE, part('x.jpg').replace('"file"', '"files"')],
      ['JSON', '/users', JSON_TYPE, '{"name":"'],
    ] as const) {
      it(`are given up: ${what}`, async () => {
        const connection = connectTo(t.url);
        connection.send(request(`POST ${path}`, `${type}Content-Length: 100000\r\n`, body));
        const answer = await drip(connection);
        assert.equal(answer.status, 408);
        isProblem(answer);
      });
    }

    it('take no place from others: the next upload is answered, and more of one address are not', async () => {
      const bytes = await picture(1);
      const slow = Array.from({ length: OPEN_UPLOADS * PROCESSES - 1 }, () => {
        const connection = connectTo(t.url);
        connection.send(request('POST /upload/', `${FORM_TYPE}Content-Length: 100000\r\n`, part('x.jpg')));
        return connection;
      });
      const all = Promise.all(slow.map((connection) => drip(connection)));
      assert.equal((await t.upload(bytes, 'next.jpg')).status, 200);
      const more = [1, 2].map(() => {
        const connection = connectTo(t.url);
        connection.send(request('POST /upload/', `${FORM_TYPE}Content-Length: 100000\r\n`, part('x.jpg')));
        return drip(connection);
      });
      const statuses = (await Promise.all(more)).map(({ status }) => status);
      assert.ok(statuses.includes(429), statuses.join());
      for (const { status } of await all) assert.equal(status, 408);
    });
  });

  describe('with odd names for files', () => {
    const names = [
      ['a way up', '../../../etc/passwd.jpg'],
      ['a way up, encoded', '..%2f..%2fetc%2fpasswd.jpg'],
      ['backslashes', '..\\\\..\\\\windows\\\\system32.jpg'],
      ['10 KB', `${'n'.repeat(10_000)}.jpg`],
      ['a switch of direction', 'photo\u202egpj.exe.jpg'],
      ['markup', '<img src=x onerror=alert(1)>.jpg'],
      ['a formula', '=cmd|calc!A0.jpg'],
      ['emoji and accents', 'naïve 🐻 Grüße.jpg'],
      ['what is special to Windows', 'CON.jpg'],
      ['hidden', '.htaccess'],
      ['like a switch', '-rf.jpg'],
    ] as const;

    for (const [index, [what, name]] of names.entries()) {
      it(`are stored as text, whatever it says: ${what}`, async () => {
        const answer = await say(t.url, post('/upload/', FORM_TYPE, form(await picture(100 + index), name)));
        assert.match(String(answer.status), /^(200|400|422)$/, answer.body);
        if (answer.status !== 200) return isProblem(answer);
        const { asset_id: id } = JSON.parse(answer.body) as Uploaded;
        const [row] = await t.db.run((sql) => sql`select uid, tenant_id, name from assets where id = ${id}`);
        const keys: string[] = [];
        for await (const object of t.objects.list(`${row?.['tenant_id']}/${row?.['uid']}/`))
          keys.push(object.key);
        for (const key of keys) assert.match(key, /^[0-9a-f-]{36}\/[0-9a-f-]{36}\/[\w.-]+$/);
        const original = await fetch(`${t.url}/retrieve/original/${id}`);
        if (original.status === 200) {
          const sent = original.headers.get('content-disposition') ?? '';
          assert.match(sent, /^attachment; filename="[^"\\/]*"; filename\*=UTF-8''/);
        }
        await original.arrayBuffer();
      });
    }

    for (const [what, name] of [
      ['NUL', 'a\0b.jpg'],
      ['a line of its own', 'a\r\nX-Evil: yes\r\n\r\nb.jpg'],
    ] as const) {
      it(`say nothing in our headers: ${what}`, async () => {
        const answer = await say(t.url, post('/upload/', FORM_TYPE, form(await picture(150), name)));
        assert.ok(answer.status === 200 || (answer.status >= 400 && answer.status < 500), answer.body);
        assert.ok(!answer.headers.has('x-evil'));
      });
    }
  });

  describe('with files that are not what they are called', () => {
    const eicar = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');
    for (const [what, bytes, status] of [
      ['a zip', Buffer.from('504b0304140000000000', 'hex'), 415],
      ['a tar', Buffer.concat([Buffer.alloc(257), Buffer.from('ustar\0')]), 415],
      ['a PDF', Buffer.from('%PDF-1.7\n'), 415],
      ['a program for Windows', Buffer.concat([Buffer.from('MZ'), randomBytes(500)]), 415],
      ['a program for Linux', Buffer.concat([Buffer.from('\x7fELF'), randomBytes(500)]), 415],
      ['the file that tests virus scanners', Buffer.from(eicar), 415],
      ['a page', Buffer.from('<html><script>alert(1)</script>'), 415],
      ['no byte', Buffer.alloc(0), 422],
      ['one byte', Buffer.from('x'), 415],
    ] as const) {
      it(`are refused: ${what}`, async () => {
        const answer = await say(t.url, post('/upload/', FORM_TYPE, form(bytes)));
        assert.equal(answer.status, status, answer.body);
        isProblem(answer);
      });
    }
  });

  describe('from other pages', () => {
    it('are refused, and no cookie would have let them in', async () => {
      for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1.evil.example']) {
        const bytes = form(await picture(160));
        const answer = await say(
          t.url,
          post('/upload/', FORM_TYPE, bytes, `Origin: ${origin}\r\nCookie: session=1\r\n`),
        );
        assert.equal(answer.status, 403, origin);
        assert.ok(!answer.headers.has('access-control-allow-origin'));
      }
      const plain = await say(t.url, request('GET /images', CLOSE));
      assert.ok(!plain.headers.has('set-cookie'));
    });

    it('are refused under another name', async () => {
      for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.nip.io', '169.254.169.254']) {
        const answer = await say(t.url, `GET /images HTTP/1.1\r\nHost: ${host}\r\n${CLOSE}\r\n`);
        assert.equal(answer.status, 403, host);
      }
    });
  });

  describe('with requests that proxies and servers read differently', () => {
    for (const [what, text] of [
      [
        'two lengths',
        'POST /users HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello',
      ],
      [
        'a length and chunks',
        'POST /users HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      ],
      ['a negative length', 'POST /users HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n'],
      [
        'a chunk without a size',
        'POST /users HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n',
      ],
      [
        'an encoding of its own',
        'POST /users HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\n\r\n',
      ],
      ['a space before the colon', 'GET /livez HTTP/1.1\r\nHost: localhost\r\nContent-Length : 0\r\n\r\n'],
      [
        'a bare line feed in a header',
        'GET /livez HTTP/1.1\r\nHost: localhost\r\nX: a\nTransfer-Encoding: chunked\r\n\r\n',
      ],
      ['no host', 'GET /livez HTTP/1.1\r\n\r\n'],
      ['a header of 100 KB', `GET /livez HTTP/1.1\r\nHost: localhost\r\nX: ${'a'.repeat(100_000)}\r\n\r\n`],
      ['10,000 headers', `GET /livez HTTP/1.1\r\nHost: localhost\r\n${'X: y\r\n'.repeat(10_000)}\r\n`],
      ['an address of 100 KB', `GET /${'a'.repeat(100_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`],
      ['another protocol', '\x16\x03\x01\x02\x00\x01\x00'],
      ['SSH', 'SSH-2.0-OpenSSH_9.6\r\n\r\n'],
    ] as const) {
      it(`are refused: ${what}`, async () => {
        const { status } = await say(t.url, text);
        assert.ok(status === 0 || (status >= 400 && status < 500), `${status}`);
      });
    }
  });

  describe('with patterns that take long to match', () => {
    const long = 'a'.repeat(60_000);
    for (const [what, path] of [
      ['a search', `/images?q=${encodeURIComponent(`${'ab '.repeat(90)}`)}`],
      ['a box', `/images?bbox=${'1,'.repeat(90)}`],
      ['facets', `/images/facets?fields=${'camera,'.repeat(25)}`],
      ['a cursor', `/images?cursor=${'A'.repeat(9_000)}`],
      ['a signature', `/images/1/renditions/thumb?expires=1&key=${'0'.repeat(5_000)}&signature=x`],
      ['a path', `/retrieve/asset/${'%2e'.repeat(3_000)}`],
    ] as const) {
      it(`get their answer: ${what}`, async () => {
        const { status } = await say(t.url, request(`GET ${path}`, CLOSE));
        assert.ok(status >= 200 && status < 500, `${status}`);
      });
    }
    for (const [what, body] of [
      ['a link of Google Drive', { folder_url: `https://drive.google.com/drive/folders/${long}` }],
      ['the same letter', { folder_url: long }],
      ['spaces', { folder_url: `https://${' '.repeat(60_000)}` }],
    ] as const) {
      it(`get their answer: ${what}`, async () => {
        const answer = await say(t.url, post('/import/google-drive', JSON_TYPE, JSON.stringify(body)));
        assert.equal(answer.status, 422, answer.body.slice(0, 300));
      });
    }
  });

  it('leave one line each in the log, whatever they send', async () => {
    await say(t.url, post('/upload/', FORM_TYPE, form(await picture(170), 'a\u2028b\x1b[31m%s.jpg')));
    for (const line of t.output().split('\n').filter(Boolean)) {
      assert.ok(!line.includes('\u001b'), line.slice(0, 300));
      assert.doesNotThrow(() => JSON.parse(line), line.slice(0, 300));
    }
  });
});

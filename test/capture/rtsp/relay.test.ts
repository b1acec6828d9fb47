import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RtspDeadlines } from '../../../capture/rtsp/deadlines.ts';
import { headerValue } from '../../../capture/rtsp/messages.ts';
import { openRelay, type Relay } from '../../../capture/rtsp/relay.ts';
import { Failure, type FailureType } from '../../../domain/failures.ts';
import { parseRtspAddress, type RtspCredentials } from '../../../domain/rtspAddress.ts';
import { createGuard } from '../../../sources/reach/guard.ts';
import { assertNoLeak, openDescriptors } from '../../sources/leaks.ts';
import { watchConnects } from '../../sources/reach/connects.ts';
import { LITERALS, lookUp, NAMES, PORTS } from '../../sources/reach/payloads.ts';
import { type Client, connectClient, start, TCP } from './client.ts';
import { type FakeCamera, packet, polite, type Reply, SDP, startFakeCamera } from './fakeCamera.ts';

const guard = createGuard({ allowPrivateNets: [], allowLoopback: true });
const never = new AbortController().signal;

/** Of a reply that did it itself. */
const silent = (_done: unknown): null => null;

describe('relay between a camera and a decoder', () => {
  let camera: FakeCamera | null = null;
  let relay: Relay | null = null;
  let client: Client | null = null;
  let opened: string[];

  beforeEach(async () => {
    opened = await openDescriptors();
  });
  afterEach(async () => {
    client?.socket.destroy();
    await relay?.close();
    await camera?.close();
    camera = relay = client = null;
    await assertNoLeak(opened);
  });

  interface Given {
    credentials?: RtspCredentials;
    deadlines?: Partial<RtspDeadlines>;
    secure?: { key: string; cert: string };
    trustedCertificates?: string;
    tail?: string;
  }

  async function open(reply: Reply, given: Given = {}): Promise<Relay> {
    camera = await startFakeCamera(reply, given.secure);
    const { credentials = null, deadlines, trustedCertificates, tail = '' } = given;
    relay = await openRelay({
      ...{ guard, credentials, signal: never },
      address: parseRtspAddress(camera.url + tail).address,
      ...(deadlines && { deadlines }),
      ...(trustedCertificates !== undefined && { trustedCertificates }),
    });
    return relay;
  }

  /** Runs into a failure somewhere between the first request and the end of the stream. */
  async function assertEnds(reply: Reply, type: FailureType, given: Given = {}): Promise<Failure> {
    const { url, ended } = await open(reply, given);
    await start(url).then(
      (started) => {
        client = started;
      },
      () => {},
    );
    const failure = await ended;
    assert.equal(failure?.type, type, failure?.message);
    return failure;
  }

  const with_ =
    (method: string, reply: Reply): Reply =>
    (request, socket) =>
      request.method === method ? reply(request, socket) : polite(request, socket);

  describe('for cameras that behave', () => {
    it('passes packets on and shows nothing but loopback', async () => {
      const { url } = await open((request, socket) => {
        if (request.method === 'PLAY') setTimeout(() => socket.write(packet(0)), 10);
        return polite(request, socket);
      });
      client = await connectClient(url);
      const options = await client.ask('OPTIONS', url);
      assert.equal(headerValue(options, 'public'), 'OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER');
      const described = await client.ask('DESCRIBE', url);
      const sdp = described.body.toString();
      assert.doesNotMatch(sdp, /10\.0\.0\.5|224\.1|audio|5004|b=AS/);
      assert.match(sdp, /a=fmtp:96 packetization-mode=1;sprop-parameter-sets=Z0IAHpWoKA9k,aM48gA==/);
      assert.match(sdp, new RegExp(`a=control:${url}video`));
      assert.equal(headerValue(described, 'content-base'), url);
      const setUp = await client.ask('SETUP', `${url}video`, [TCP]);
      assert.equal(headerValue(setUp, 'transport'), 'RTP/AVP/TCP;unicast;interleaved=0-1');
      assert.equal(headerValue(setUp, 'session'), 'relay;timeout=30');
      const played = await client.ask('PLAY', url, ['Session: relay', 'Range: npt=0.000-', 'X-Mine: 1']);
      assert.equal(headerValue(played, 'rtp-info'), `url=${url}video;seq=7;rtptime=99`);
      while (client.frames.length === 0) await sleep(5);
      assert.deepEqual(client.frames, [packet(0)]);

      const asked = camera!.requests.map(({ method, uri }) => `${method} ${uri}`);
      const at = camera!.url;
      assert.deepEqual(asked, [`OPTIONS ${at}`, `DESCRIBE ${at}`, `SETUP ${at}/track1`, `PLAY ${at}/`]);
      const play = camera!.requests.at(-1)!;
      assert.deepEqual(
        play.headers.map(([name]) => name),
        ['cseq', 'user-agent', 'session', 'range'],
      );
      assert.equal(headerValue(play, 'session'), '4711');
    });

    it('says good-bye when the decoder goes', async () => {
      const { url, ended } = await open(polite);
      client = await start(url);
      client.socket.destroy();
      assert.equal(await ended, null);
      assert.equal(camera!.requests.at(-1)!.method, 'TEARDOWN');
      assert.equal(headerValue(camera!.requests.at(-1)!, 'session'), '4711');
    });

    it('keeps the session alive as the decoder asks, also with cameras that do not know how', async () => {
      const { url } = await open(with_('GET_PARAMETER', () => ({ status: '501 Not Implemented' })));
      client = await start(url);
      assert.equal((await client.ask('GET_PARAMETER', url)).status, 200);
      assert.equal((await client.ask('OPTIONS', url)).status, 200);
      assert.equal(headerValue(camera!.requests.at(-1)!, 'session'), '4711');
    });

    it('answers what the camera asks, and takes reports of the decoder along', async () => {
      const { url } = await open(polite);
      client = await start(url);
      const [socket] = [...camera!.open];
      let heard = '';
      socket!.on('data', (chunk) => {
        heard += chunk.toString('latin1');
      });
      socket!.write('OPTIONS rtsp://client/ RTSP/1.0\r\nCSeq: 99\r\n\r\n');
      client.send(packet(1, 32));
      client.send(packet(0, 32));
      client.send(packet(7, 32));
      while (!heard.includes('CSeq: 99') || camera!.frames.length === 0) await sleep(5);
      assert.deepEqual(camera!.frames, [packet(1, 32)]);
    });

    const CONTROLS: [string, string, string | null, string, string][] = [
      ['relative', 'track1', 'BASE/', '', '/live/ch1/track1'],
      ['without a base', 'track1', null, '', '/live/ch1/track1'],
      ['behind a query', 'trackID=0', 'BASE/', '?a=1&b=2', '/live/ch1?a=1&b=2/trackID=0'],
      ['absolute', 'rtsp://192.168.1.9:10554/x/t?u=1', 'BASE/', '', '/x/t?u=1'],
      ['base of another network', 'trackID=1', 'rtsp://192.168.1.9/in/', '', '/in/trackID=1'],
      ['all of it', '*', 'BASE/', '', '/live/ch1/'],
    ];
    for (const [what, control, contentBase, tail, expected] of CONTROLS) {
      it(`asks for the track where the camera says, ${what}`, async () => {
        await open(
          with_('DESCRIBE', ({ uri }) => ({
            headers: contentBase === null ? [] : [`Content-Base: ${contentBase.replace('BASE', uri)}`],
            body: SDP.replace('a=control:track1', `a=control:${control}`),
          })),
          { tail },
        );
        client = await start(relay!.url);
        const { uri } = camera!.requests.find(({ method }) => method === 'SETUP')!;
        assert.equal(uri, `rtsp://127.0.0.1:${camera!.port}${expected}`);
      });
    }

    it('bounds what it keeps for a decoder that does not read', async () => {
      let written = 0;
      const { url } = await open(
        (request, socket) => {
          if (request.method === 'PLAY') {
            const push = () => {
              while (!socket.destroyed && written < 64e6) {
                written += 60_004;
                if (!socket.write(packet(0, 60_000))) {
                  socket.once('drain', push);
                  return;
                }
              }
            };
            setImmediate(push);
          }
          return polite(request, socket);
        },
        { deadlines: { stallMs: 200 } },
      );
      client = await start(url);
      client.socket.pause();
      await sleep(600);
      assert.ok(written < 40e6, `the camera could send ${written} bytes`);
      assert.ok(relay!.seen.bytes < 20e6, `${relay!.seen.bytes} bytes came in`);
      client.socket.resume();
      while (client.frames.length < 1_000) await sleep(10);
      assert.ok(client.frames.every((each) => each.length === 60_004));
    });
  });

  describe('for cameras that ask who is there', () => {
    const PASSWORD = '`~!@#$%^&*()-_;\',.<>:"\\{}[]@ ';
    const credentials = { username: 'cam "1"', password: PASSWORD };

    it('sends nothing before it is asked, then Basic', async () => {
      const expected = `Basic ${Buffer.from(`cam "1":${PASSWORD}`).toString('base64')}`;
      const { url } = await open(
        (request, socket) =>
          headerValue(request, 'authorization') === expected
            ? polite(request, socket)
            : { status: '401 Unauthorized', headers: ['WWW-Authenticate: Basic realm="cam"'] },
        { credentials },
      );
      client = await start(url);
      const [first, second, third] = camera!.requests;
      assert.deepEqual(
        [first, second, third].map((each) => headerValue(each!, 'authorization')),
        [undefined, expected, expected],
      );
    });

    it('gives up after one try with a wrong password', async () => {
      const failure = await assertEnds(
        () => ({ status: '401 Unauthorized', headers: ['WWW-Authenticate: Basic realm="cam"'] }),
        'auth_failed',
        { credentials },
      );
      assert.equal(camera!.requests.length, 2);
      assert.ok(!JSON.stringify([failure.message, failure.stack]).includes(PASSWORD));
    });

    it('says so when there are no credentials', async () => {
      const failure = await assertEnds(
        () => ({ status: '401 Unauthorized', headers: ['WWW-Authenticate: Basic realm="cam"'] }),
        'auth_failed',
      );
      assert.match(failure.message, /asks for a user name/);
      assert.equal(camera!.requests.length, 1);
    });

    it('does not loop for a camera that calls every nonce stale', async () => {
      let nonce = 0;
      await assertEnds(
        () => ({
          status: '401 Unauthorized',
          headers: [`WWW-Authenticate: Digest realm="cam", nonce="${++nonce}", stale=true`],
        }),
        'auth_failed',
        { credentials },
      );
      assert.equal(camera!.requests.length, 3);
    });

    it('maps 403 to refused access', () =>
      assertEnds(() => ({ status: '403 Forbidden' }), 'auth_failed', { credentials }));
  });

  describe('for cameras that do not', () => {
    const answers: [string, Reply, FailureType][] = [
      ['404', () => ({ status: '404 Not Found' }), 'source_not_found'],
      ['404 for the description', with_('DESCRIBE', () => ({ status: '404 Not Found' })), 'source_not_found'],
      ['500', with_('DESCRIBE', () => ({ status: '500 Internal' })), 'source_error'],
      ['453', with_('SETUP', () => ({ status: '453 Not Enough Bandwidth' })), 'source_error'],
      ['454', with_('PLAY', () => ({ status: '454 Session Not Found' })), 'source_error'],
      ['455', with_('PLAY', () => ({ status: '455 Not Valid' })), 'source_error'],
      ['461', with_('SETUP', () => ({ status: '461 Unsupported Transport' })), 'source_error'],
      ['400', with_('DESCRIBE', () => ({ status: '400 Bad Request' })), 'bad_response'],
      ['a web server', (_, socket) => silent(socket.end('HTTP/1.1 200 OK\r\n\r\n<html>')), 'bad_response'],
      ['no video', with_('DESCRIBE', () => ({ body: SDP.replace('m=video', 'm=text') })), 'source_not_found'],
      ['no SDP', with_('DESCRIBE', () => ({ body: 'hello' })), 'bad_response'],
      [
        'HTML',
        with_('DESCRIBE', () => ({ headers: ['Content-Type: text/html'], body: SDP })),
        'bad_response',
      ],
      [
        'encryption',
        with_('DESCRIBE', () => ({ body: SDP.replace('5004 RTP/AVP', '1 RTP/SAVP') })),
        'bad_response',
      ],
      [
        'an SDP of 10 MB',
        with_('DESCRIBE', () => ({ body: SDP + 'a=x\r\n'.repeat(2_000_000) })),
        'bad_response',
      ],
      [
        '1,000 tracks',
        with_('DESCRIBE', () => ({ body: SDP + 'm=audio 0 RTP/AVP 0\r\n'.repeat(1_000) })),
        'bad_response',
      ],
      [
        'headers of 64 KB',
        with_('DESCRIBE', () => ({ headers: [`X: ${'y'.repeat(65_536)}`] })),
        'bad_response',
      ],
      [
        'bytes between messages',
        with_('DESCRIBE', (_, socket) => silent(socket.write('zzzz'))),
        'bad_response',
      ],
      [
        'answers nobody asked for',
        with_('DESCRIBE', () => ({ headers: ['', 'RTSP/1.0 200 OK', 'CSeq: 9'] })),
        'bad_response',
      ],
      [
        'the wrong CSeq',
        with_('DESCRIBE', (_, socket) => silent(socket.write('RTSP/1.0 200 OK\r\nCSeq: 77\r\n\r\n'))),
        'bad_response',
      ],
      [
        'UDP',
        with_('SETUP', () => ({
          headers: ['Transport: RTP/AVP;unicast;client_port=5000-5001;server_port=1-2'],
        })),
        'bad_response',
      ],
      [
        'UDP to somebody else',
        with_('SETUP', () => ({ headers: ['Transport: RTP/AVP/UDP;unicast;source=10.0.0.5'] })),
        'bad_response',
      ],
      [
        'multicast',
        with_('SETUP', () => ({ headers: ['Transport: RTP/AVP;multicast;destination=224.1.1.1;port=5000'] })),
        'bad_response',
      ],
      [
        'multicast over TCP',
        with_('SETUP', () => ({ headers: ['Transport: RTP/AVP/TCP;multicast;interleaved=0-1'] })),
        'bad_response',
      ],
      ['no transport', with_('SETUP', () => ({})), 'bad_response'],
      ['a hang-up', with_('DESCRIBE', (_, socket) => silent(socket.destroy())), 'source_unreachable'],
      [
        'a hang-up while it plays',
        (request, socket) => {
          if (request.method === 'PLAY') setTimeout(() => socket.destroy(), 20);
          return polite(request, socket);
        },
        'source_unreachable',
      ],
      [
        'a request to go elsewhere',
        (request, socket) => {
          if (request.method === 'PLAY')
            setTimeout(
              () =>
                socket.write('REDIRECT rtsp://x/ RTSP/1.0\r\nCSeq: 1\r\nLocation: rtsp://10.0.0.5/\r\n\r\n'),
              20,
            );
          return polite(request, socket);
        },
        'redirect_refused',
      ],
    ];
    for (const [what, reply, type] of answers) {
      it(`ends with ${type}: ${what}`, async () => {
        await assertEnds(reply, type);
      });
    }

    for (const status of [301, 302, 303, 305, 307]) {
      for (const method of ['OPTIONS', 'DESCRIBE', 'SETUP', 'PLAY']) {
        it(`does not follow a ${status} for ${method}`, async () => {
          const elsewhere = await startFakeCamera();
          const failure = await assertEnds(
            with_(method, () => ({ status: `${status} Moved`, headers: [`Location: ${elsewhere.url}`] })),
            'redirect_refused',
          );
          await elsewhere.close();
          assert.equal(elsewhere.accepted, 0);
          assert.ok(!failure.message.includes(String(elsewhere.port)));
        });
      }
    }
  });

  describe('by the clock', () => {
    const drip = (socket: { destroyed: boolean; write(bytes: Buffer): unknown }, bytes: Buffer) => {
      let at = 0;
      const timer = setInterval(() => {
        if (socket.destroyed || at >= bytes.length) clearInterval(timer);
        else socket.write(bytes.subarray(at, ++at));
      }, 10);
    };
    const long = Buffer.from(`RTSP/1.0 200 OK\r\nCSeq: 1\r\nX: ${'y'.repeat(10_000)}\r\n\r\n`);

    it('a camera that never answers', () =>
      assertEnds(() => null, 'source_timeout', { deadlines: { answerMs: 150 } }));

    it('a camera that drips its answer', async () => {
      await assertEnds((_, socket) => silent(drip(socket, long)), 'source_timeout', {
        deadlines: { answerMs: 300 },
      });
    });

    it('a camera that takes its time for each answer', () =>
      assertEnds(
        (request, socket) => {
          setTimeout(() => {
            const said = polite(request, socket)!;
            socket.write(
              `RTSP/1.0 200 OK\r\nCSeq: ${headerValue(request, 'cseq')}\r\n${(said.headers ?? []).map((each) => `${each}\r\n`).join('')}` +
                `Content-Length: ${said.body?.length ?? 0}\r\n\r\n${said.body ?? ''}`,
            );
          }, 150);
          return null;
        },
        'source_timeout',
        { deadlines: { answerMs: 1_000, setupMs: 350 } },
      ));

    it('a camera that plays nothing', async () => {
      const failure = await assertEnds(polite, 'source_timeout', { deadlines: { stallMs: 150 } });
      assert.match(failure.message, /stopped sending/);
    });

    it('a camera that drips its packets', () =>
      assertEnds(
        (request, socket) => {
          if (request.method === 'PLAY') setTimeout(() => drip(socket, packet(0, 60_000)), 5);
          return polite(request, socket);
        },
        'source_timeout',
        { deadlines: { stallMs: 300 } },
      ));

    it('a camera that sends everything but video', () =>
      assertEnds(
        (request, socket) => {
          if (request.method === 'PLAY') {
            const timer = setInterval(() => {
              if (socket.destroyed) clearInterval(timer);
              else socket.write(Buffer.concat([packet(1), packet(9), packet(0, 3)]));
            }, 10);
          }
          return polite(request, socket);
        },
        'source_timeout',
        { deadlines: { stallMs: 200 } },
      ));

    it('a camera that goes on for ever, where there is a limit', () =>
      assertEnds(
        (request, socket) => {
          if (request.method === 'PLAY') {
            const timer = setInterval(() => {
              if (socket.destroyed) clearInterval(timer);
              else socket.write(packet(0));
            }, 10);
          }
          return polite(request, socket);
        },
        'source_timeout',
        { deadlines: { totalMs: 400, stallMs: 200 } },
      ));

    it('a decoder that never comes', async () => {
      const { ended } = await open(polite, { deadlines: { clientMs: 100 } });
      assert.equal((await ended)?.type, 'source_timeout');
    });
  });

  describe('on loopback', () => {
    it('lets in whoever knows the address, and nobody after that', async () => {
      const { url } = await open(polite);
      const stranger = await connectClient(url);
      await assert.rejects(stranger.ask('OPTIONS', url.replace(/[0-9a-f]{32}/, '0'.repeat(32))));
      assert.equal(camera!.requests.length, 0);
      client = await connectClient(url);
      await client.ask('OPTIONS', url);
      await assert.rejects(connectClient(url));
    });

    it('gives no other transport, no other track and no other method', async () => {
      const { url } = await open(polite);
      client = await connectClient(url);
      await client.ask('DESCRIBE', url);
      const udp = 'Transport: RTP/AVP;unicast;client_port=5000-5001';
      assert.equal((await client.ask('SETUP', `${url}video`, [udp])).status, 461);
      assert.equal((await client.ask('SETUP', `${url}audio`, [TCP])).status, 404);
      assert.equal((await client.ask('ANNOUNCE', url)).status, 405);
      assert.equal((await client.ask('RECORD', url)).status, 405);
      assert.equal(camera!.requests.length, 1);
    });

    it('hangs up on a client that asks for another address, or does not speak RTSP', async () => {
      await open(polite);
      client = await connectClient(relay!.url);
      await client.ask('OPTIONS', relay!.url);
      await assert.rejects(client.ask('DESCRIBE', 'rtsp://127.0.0.1:1/'));
      assert.equal(await relay!.ended, null);
    });

    it('ends with its signal', async () => {
      const stop = new AbortController();
      camera = await startFakeCamera();
      const { address } = parseRtspAddress(camera.url);
      relay = await openRelay({ guard, address, credentials: null, signal: stop.signal });
      client = await start(relay.url);
      stop.abort();
      assert.equal(await relay.ended, null);
      await client.closed;
    });
  });

  describe('over TLS', () => {
    let work: string;
    let secure: { key: string; cert: string };
    before(() => {
      work = fs.mkdtempSync(path.join(os.tmpdir(), 'relay-'));
      execFileSync(
        'openssl',
        [
          ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=camera'],
          ...['-addext', 'subjectAltName=IP:127.0.0.1'],
          ...['-keyout', path.join(work, 'key'), '-out', path.join(work, 'cert')],
        ],
        { stdio: 'ignore' },
      );
      const read = (name: string) => fs.readFileSync(path.join(work, name), 'utf8');
      secure = { key: read('key'), cert: read('cert') };
    });
    after(() => fs.rmSync(work, { recursive: true }));

    it('talks to a camera whose certificate is trusted', async () => {
      const { url } = await open(polite, { secure, trustedCertificates: secure.cert });
      client = await start(url);
      assert.equal(camera!.requests.at(-1)!.method, 'PLAY');
    });

    it('and to no other', async () => {
      await assert.rejects(
        open(polite, { secure }),
        (error) =>
          error instanceof Failure && error.type === 'source_unreachable' && /secure/.test(error.message),
      );
      assert.equal(camera!.requests.length, 0);
    });
  });

  describe('and its guard', () => {
    const closed = createGuard({ allowPrivateNets: [], allowLoopback: false, lookUp });
    const connect = (text: string, over = closed) =>
      openRelay({ guard: over, address: parseRtspAddress(text).address, credentials: null, signal: never });

    for (const host of [...LITERALS, ...Object.keys(NAMES)]) {
      it(`dials nothing for ${host}`, async () => {
        const connects = watchConnects();
        try {
          for (const text of [`rtsp://${host}/x`, `rtsp://${host}:8554/x`, `rtsps://${host}/x`]) {
            await assert.rejects(
              async () => connect(text),
              (error) =>
                error instanceof Failure &&
                ['ssrf_blocked', 'bad_address', 'source_unreachable'].includes(error.type),
            );
          }
          assert.deepEqual(connects.tried, []);
        } finally {
          connects.stop();
        }
      });
    }

    it('dials no port of other services, and none of our own', async () => {
      const connects = watchConnects();
      try {
        for (const port of PORTS) {
          await assert.rejects(
            async () => connect(`rtsp://8.8.8.8:${port}/`),
            (error) => error instanceof Failure && ['ssrf_blocked', 'bad_address'].includes(error.type),
          );
        }
        const own = createGuard({ allowPrivateNets: [], allowLoopback: true, ownPorts: [8554] });
        await assert.rejects(connect('rtsp://127.0.0.1:8554/', own), { type: 'ssrf_blocked' });
        assert.deepEqual(connects.tried, []);
      } finally {
        connects.stop();
      }
    });

    it('dials the address that it checked, whatever DNS says later', async () => {
      camera = await startFakeCamera();
      let asked = 0;
      const rebinding = createGuard({
        allowPrivateNets: ['127.0.0.1/32'],
        allowLoopback: false,
        lookUp: async () => [{ address: asked++ === 0 ? '127.0.0.1' : '127.0.0.2', family: 4 }],
      });
      const connects = watchConnects();
      try {
        relay = await connect(`rtsp://camera.example:${camera.port}/live`, rebinding);
        client = await start(relay.url);
        assert.equal(asked, 1);
        assert.ok(
          camera.requests.every(({ uri }) => uri.startsWith(`rtsp://camera.example:${camera!.port}/live`)),
        );
        assert.deepEqual(
          connects.tried.filter((each) => each.endsWith(` ${camera!.port}`)),
          [`127.0.0.1 ${camera.port}`],
        );
      } finally {
        connects.stop();
      }
    });

    it('says that nothing listens there', async () => {
      camera = await startFakeCamera();
      const { url } = camera;
      await camera.close();
      await assert.rejects(connect(url, guard), { type: 'source_unreachable' });
    });

    it('does not wait for a name for ever', async () => {
      const slow = createGuard({
        allowPrivateNets: [],
        allowLoopback: true,
        lookUp: () => new Promise(() => {}),
      });
      await assert.rejects(
        openRelay({
          ...{ guard: slow, credentials: null, signal: never, deadlines: { connectMs: 50 } },
          address: parseRtspAddress('rtsp://camera.example/').address,
        }),
        { type: 'source_timeout' },
      );
    });
  });
});

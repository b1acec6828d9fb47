import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  createRtspReader,
  headerValue,
  headerValues,
  type RtspPiece,
} from '../../../capture/rtsp/messages.ts';
import { Failure } from '../../../domain/failures.ts';

const LIMITS = { head: 1_024, body: 2_048 };

const text = (lines: string[], body = '') => Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`, 'latin1');
const frame = (channel: number, data: Uint8Array) =>
  Buffer.concat([Buffer.from([0x24, channel, data.length >> 8, data.length & 0xff]), data]);

/** Reads it in pieces of the given sizes, over and over. */
function readIn(bytes: Buffer, sizes: readonly number[]): RtspPiece[] {
  const reader = createRtspReader(LIMITS);
  const pieces: RtspPiece[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    pieces.push(...reader.read(Buffer.from(bytes.subarray(at, at + size))));
    at += size;
  }
  assert.equal(reader.waiting(), 0);
  return pieces;
}

const assertBroken = (bytes: Buffer, expected: RegExp, sizes = [bytes.length]) =>
  assert.throws(
    () => readIn(bytes, sizes),
    (error) => error instanceof Failure && error.type === 'bad_response' && expected.test(error.message),
  );

const arbitraryFrame = fc
  .tuple(fc.nat(255), fc.uint8Array({ maxLength: 700 }))
  .map(([channel, data]) => frame(channel, data));
const word = fc
  .stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,10}$/)
  .filter((name) => !/^content-length$/i.test(name));
const header = fc.tuple(word, fc.stringMatching(/^[!-~]{0,30}$/)).map(([name, value]) => `${name}: ${value}`);
const body = fc.stringMatching(/^[ -~\r\n$]{0,300}$/);
const message = fc
  .tuple(fc.boolean(), fc.array(header, { maxLength: 5 }), body)
  .map(([isRequest, headers, content]) =>
    text(
      [
        isRequest ? 'SETUP rtsp://h/x RTSP/1.0' : 'RTSP/1.0 200 OK',
        ...headers,
        ...(content === '' ? [] : [`Content-Length: ${content.length}`]),
      ],
      content,
    ),
  );

describe('RTSP messages', () => {
  it('reads a request, a response and a frame', () => {
    const pieces = readIn(
      Buffer.concat([
        text(['OPTIONS rtsp://h/x RTSP/1.0', 'CSeq: 1']),
        text(['RTSP/1.0 401 Unauthorized', 'WWW-Authenticate: Basic realm="a"', 'WWW-Authenticate:Digest x']),
        frame(2, Buffer.from('RTSP/1.0 200 OK\r\n\r\n')),
        text(['RTSP/1.0 200 OK', 'Content-length: 5'], 'hello'),
      ]),
      [1_000],
    );
    const [request, refusal, data, answer] = pieces;
    assert.ok(request?.kind === 'request' && refusal?.kind === 'response');
    assert.ok(data?.kind === 'frame' && answer?.kind === 'response');
    assert.deepEqual(
      [request.method, request.uri, headerValue(request, 'cseq')],
      ['OPTIONS', 'rtsp://h/x', '1'],
    );
    assert.deepEqual(headerValues(refusal, 'www-authenticate'), ['Basic realm="a"', 'Digest x']);
    assert.deepEqual([refusal.status, data.channel, data.bytes.length], [401, 2, 23]);
    assert.equal(answer.body.toString(), 'hello');
  });

  it('reads line ends without CR, and empty lines between messages', () => {
    const pieces = readIn(Buffer.from('\r\n\nRTSP/1.0 200 OK\nCSeq: 1\n\n\r\n$\0\0\u0001x\r\n'), [1]);
    assert.deepEqual(
      pieces.map(({ kind }) => kind),
      ['response', 'frame'],
    );
  });

  it('does not care how the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(arbitraryFrame, message), { maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 97 }), { minLength: 1, maxLength: 9 }),
        (parts, sizes) => {
          const bytes = Buffer.concat(parts);
          const whole = readIn(bytes, [Math.max(1, bytes.length)]);
          assert.equal(whole.length, parts.length);
          assert.deepEqual(readIn(bytes, sizes), whole);
          const frames = whole.flatMap((piece) => (piece.kind === 'frame' ? [piece.bytes] : []));
          assert.deepEqual(
            frames,
            parts.filter((part) => part[0] === 0x24),
          );
        },
      ),
    );
  });

  it('never throws anything but its own refusal, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 20 }), (chunks) => {
        const reader = createRtspReader(LIMITS);
        try {
          for (const chunk of chunks) reader.read(Buffer.from(chunk));
        } catch (error) {
          assert.ok(error instanceof Failure && error.type === 'bad_response');
        }
      }),
    );
  });

  it('keeps no more than its limits, however slowly it comes', () => {
    const long = text(['RTSP/1.0 200 OK', `X: ${'y'.repeat(2_000)}`]);
    assertBroken(long, /longer than 1024 bytes/);
    assertBroken(long, /longer than 1024 bytes/, [1]);
    assertBroken(text(['RTSP/1.0 200 OK', 'Content-Length: 2049']), /longer than 2048 bytes/);
    assertBroken(text(['RTSP/1.0 200 OK', 'Content-Length: 999999999']), /longer than 2048 bytes/);
    const reader = createRtspReader(LIMITS);
    for (let left = 65_539; left > 1; left--) {
      const first = left === 65_539 ? 0x24 : 0xff;
      assert.deepEqual(reader.read(Buffer.from([first])), []);
    }
    assert.equal(reader.read(Buffer.from([1])).length, 1);
  });

  const broken: [string, Buffer, RegExp][] = [
    ['another protocol', text(['HTTP/1.1 200 OK']), /something else/],
    ['a page', Buffer.from('<html></html>'), /between two messages/],
    ['a status that is none', text(['RTSP/1.0 20 OK']), /something else/],
    ['a status below 100', text(['RTSP/1.0 000 OK']), /something else/],
    ['a header without colon', text(['RTSP/1.0 200 OK', 'nothing']), /header/],
    ['a header without name', text(['RTSP/1.0 200 OK', ': x']), /header/],
    ['a blank before the colon', text(['RTSP/1.0 200 OK', 'CSeq : 1']), /header/],
    ['a folded header', text(['RTSP/1.0 200 OK', 'A: b', ' c: d']), /header/],
    ['a NUL in a header', text(['RTSP/1.0 200 OK', 'A: b\u0000c']), /header/],
    ['a CR in a header', text(['RTSP/1.0 200 OK', 'A: b\rc']), /header/],
    ['two lengths', text(['RTSP/1.0 200 OK', 'Content-Length: 1', 'Content-Length: 2']), /length/],
    ['a negative length', text(['RTSP/1.0 200 OK', 'Content-Length: -1']), /length/],
    ['a length in hexadecimal', text(['RTSP/1.0 200 OK', 'Content-Length: 0x10']), /length/],
    ['blanks in an address', text(['OPTIONS rtsp://h/a b RTSP/1.0']), /something else/],
  ];
  for (const [what, bytes, expected] of broken) {
    it(`refuses ${what}`, () => assertBroken(bytes, expected));
  }
});

import assert from 'node:assert/strict';
import { createUploadQueue } from '../../web/src/upload/queue.ts';
import { createSettle } from '../../web/src/upload/settle.ts';
import type { Sendable, SendOutcome, UploadQueue, UploadState } from '../../web/src/upload/uploadState.ts';

const file = (name: string): Sendable => ({ name, size: 100 });
const files = (count: number): Sendable[] =>
  Array.from({ length: count }, (_, index) => file(`${index}.jpg`));
const stored: SendOutcome = { kind: 'stored', assetId: 1 };
const ready = async (): Promise<null> => null;
const tick = (ms = 1): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function until(
  queue: UploadQueue<Sendable>,
  met: (state: UploadState) => boolean,
): Promise<UploadState> {
  for (let left = 400; left > 0; left -= 1) {
    if (met(queue.get())) return queue.get();
    await tick(5);
  }
  assert.fail(`not reached: ${JSON.stringify(queue.get())}`);
}
const atRest = (state: UploadState): boolean =>
  state.total > 0 && state.waiting + state.sending.length + state.settling === 0;

describe('the upload queue', () => {
  it('sends thousands of files, three at a time, and counts what became of them', async () => {
    let now = 0;
    let most = 0;
    const queue = createUploadQueue<Sendable>(async ({ name }) => {
      now += 1;
      most = Math.max(most, now);
      await new Promise(setImmediate);
      now -= 1;
      if (name === '7.jpg') return { kind: 'refused', reason: 'Not an image.' };
      return name === '8.jpg' ? { kind: 'duplicate', assetId: 2 } : stored;
    }, ready);
    queue.add(files(3_000));
    const state = await until(queue, atRest);
    assert.equal(most, 3);
    assert.deepEqual([state.total, state.stored, state.duplicate], [3_000, 2_998, 1]);
    assert.deepEqual(
      state.failed.map(({ name, reason }) => [name, reason]),
      [['7.jpg', 'Not an image.']],
    );
    assert.equal(state.bytesSent, state.bytesTotal);
  });

  it('holds the whole queue while nobody answers, and goes on by itself', async () => {
    let away = true;
    const sent: string[] = [];
    const queue = createUploadQueue<Sendable>(
      async ({ name }) => {
        if (away) return { kind: 'away', reason: 'Nobody is there.' };
        sent.push(name);
        return stored;
      },
      ready,
      { parallel: 1, retryDelaysMs: [80, 80, 80] },
    );
    queue.add(files(50));
    const held = await until(queue, (state) => state.held !== null);
    assert.deepEqual([held.held, held.waiting, held.failed.length], ['Nobody is there.', 50, 0]);
    away = false;
    const state = await until(queue, atRest);
    assert.equal(state.stored, 50);
    assert.equal(sent[0], '0.jpg', 'the file in hand comes first');
  });

  it('gives a file up after its tries, and sends it again when told to', async () => {
    let away = true;
    let tries = 0;
    const queue = createUploadQueue<Sendable>(
      async () => {
        tries += 1;
        return away ? { kind: 'away', reason: 'Nobody is there.' } : stored;
      },
      ready,
      { retryDelaysMs: [1, 1] },
    );
    queue.add([file('a.jpg')]);
    const given = await until(queue, (state) => state.failed.length === 1);
    assert.equal(tries, 3);
    away = false;
    queue.retry(given.failed.map(({ id }) => id));
    const state = await until(queue, (now) => now.stored === 1);
    assert.equal(state.failed.length, 0);
  });

  it('tells of files that were taken and turned out to be no image', async () => {
    const queue = createUploadQueue<Sendable>(
      async ({ name }) => ({ kind: 'stored', assetId: name === 'bad.jpg' ? 666 : 1 }),
      createSettle(
        async (id) =>
          id === 666
            ? {
                status: 'rejected',
                failure: { type: 'truncated', title: 'It ends early', detail: '', advice: 'Copy it again.' },
              }
            : { status: 'ready', failure: null },
        () => 'No image.',
        [1],
      ),
    );
    queue.add([file('good.jpg'), file('bad.jpg')]);
    const state = await until(queue, atRest);
    assert.equal(state.stored, 1);
    assert.deepEqual(
      state.failed.map(({ name, reason }) => [name, reason]),
      [['bad.jpg', 'It ends early. Copy it again.']],
    );
  });

  it('forgets what waits and breaks off what is sent when it is stopped', async () => {
    const queue = createUploadQueue<Sendable>(
      ({ name }, _onProgress, signal) =>
        new Promise((resolve) => {
          if (name === '0.jpg') resolve(stored);
          signal.addEventListener('abort', () => resolve({ kind: 'away', reason: 'aborted' }));
        }),
      ready,
    );
    queue.add(files(10));
    await until(queue, (state) => state.stored === 1 && state.sending.length === 3);
    queue.cancel();
    const state = await until(queue, atRest);
    assert.deepEqual([state.total, state.stored, state.failed.length], [1, 1, 0]);
    queue.add([file('0.jpg')]);
    assert.equal((await until(queue, atRest)).stored, 1);
  });

  it('tells how far it is while a file is on its way', async () => {
    let go: () => void = () => undefined;
    const queue = createUploadQueue<Sendable>(async (_file, onProgress) => {
      onProgress(0.4);
      await new Promise<void>((resolve) => {
        go = resolve;
      });
      return stored;
    }, ready);
    queue.add([file('a.jpg')]);
    const state = await until(queue, (now) => now.sending.length === 1);
    assert.deepEqual([state.sending[0]?.share, state.bytesSent], [0.4, 40]);
    go();
    await until(queue, atRest);
  });
});

describe('following an upload', () => {
  it('looks again while the asset is processed and while nobody answers', async () => {
    const answers = [new Error('away'), 'processing', 'processing', 'ready'] as const;
    let looks = 0;
    const settle = createSettle(
      async () => {
        const answer = answers[looks++]!;
        if (answer instanceof Error) throw answer;
        return { status: answer, failure: null };
      },
      () => 'No image.',
      [1],
    );
    assert.equal(await settle(1), null);
    assert.equal(looks, 4);
  });
});

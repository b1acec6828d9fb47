import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Model } from '../../detection/detector.ts';
import { createDetector } from '../../detection/pool.ts';
import { type Provider, type ProviderSetting, providersFor } from '../../detection/providers.ts';
import { hasCudaLibrary } from '../../detection/runtime.ts';
import { putModel, randomModel } from '../hosting/models.ts';

const NEVER = new AbortController().signal;

describe('what a model runs on', function () {
  this.timeout(120_000);
  const cpu = { name: 'cpu', bundled: true };
  const cuda = { name: 'cuda', bundled: false };
  const rows: readonly [
    string,
    ProviderSetting,
    readonly { name: string; bundled: boolean }[],
    boolean,
    Provider[],
  ][] = [
    ['the processor, where that is asked for', 'cpu', [cpu, cuda], true, ['cpu']],
    ['CUDA where it is installed', 'auto', [cpu, cuda], true, ['cuda', 'cpu']],
    [
      'CUDA where it came with the runtime',
      'auto',
      [cpu, { ...cuda, bundled: true }],
      false,
      ['cuda', 'cpu'],
    ],
    ['the processor where it is not installed', 'auto', [cpu, cuda], false, ['cpu']],
    ['the processor where the runtime cannot', 'auto', [cpu], true, ['cpu']],
    ['CUDA first where it is asked for, whatever is there', 'cuda', [cpu], false, ['cuda', 'cpu']],
  ];
  for (const [what, setting, backends, hasLibrary, wanted] of rows) {
    it(`is ${what}`, () => assert.deepEqual(providersFor(setting, backends, hasLibrary), wanted));
  }

  describe('on this machine', () => {
    let dir: string;
    let model: Model;
    before(async () => {
      dir = await mkdtemp(path.join(tmpdir(), 'providers-'));
      model = await putModel(dir, 'yolov9', randomModel('yolov9', 1));
    });
    after(() => rm(dir, { recursive: true }));

    async function opened(runOn: ProviderSetting) {
      const said: string[] = [];
      const detector = createDetector({
        ...{ sessions: 2, memoryMib: 1_536, timeoutMs: 60_000, runOn },
        log: (message) => said.push(message),
      });
      try {
        const [how] = await Promise.all([detector.open(model, NEVER), detector.open(model, NEVER)]);
        return { ...how, said };
      } finally {
        await detector.close();
      }
    }

    it('is the processor, without a word, where nobody asks for more', async function () {
      if (hasCudaLibrary()) this.skip();
      assert.deepEqual(await opened('auto'), { provider: 'cpu', instead: null, batch: 1, said: [] });
    });

    it('is the processor where CUDA is asked for and is not there, which is said once', async function () {
      if (hasCudaLibrary()) this.skip();
      const { provider, instead, said } = await opened('cuda');
      assert.equal(provider, 'cpu');
      assert.match(instead ?? '', /CUDA/i);
      assert.deepEqual(said, ['model runs on the processor, because CUDA cannot be used']);
    });
  });
});

import assert from 'node:assert/strict';
import { fillOrder } from '../../domain/camera.ts';

describe('the order of a capture', () => {
  it('is one picture when nothing is said', () => {
    assert.deepEqual(fillOrder({}), {
      mode: 'single_frame',
      frameCount: 1,
      decode: 'keyframes',
      quality: 90,
    });
  });

  it('is filled in as its mode wants it', () => {
    assert.deepEqual(fillOrder({ mode: 'burst' }), {
      mode: 'burst',
      frameCount: 5,
      decode: 'all',
      quality: 90,
    });
    assert.deepEqual(fillOrder({ mode: 'interval' }), {
      mode: 'interval',
      intervalSeconds: 60,
      durationSeconds: null,
      decode: 'keyframes',
      quality: 90,
    });
    assert.deepEqual(fillOrder({ mode: 'continuous' }), {
      mode: 'continuous',
      fps: 1,
      durationSeconds: null,
      decode: 'keyframes',
      quality: 90,
    });
    assert.equal(fillOrder({ mode: 'on_change', changeShare: 0.2 }).changeShare, 0.2);
  });

  it('leaves out what its mode has no use for', () => {
    const all = { frameCount: 7, intervalSeconds: 9, durationSeconds: 8, fps: 2, changeShare: 0.5 };
    assert.deepEqual(fillOrder({ ...all, mode: 'single_frame' }), {
      mode: 'single_frame',
      frameCount: 1,
      decode: 'keyframes',
      quality: 90,
    });
    assert.deepEqual(Object.keys(fillOrder({ ...all, mode: 'interval' })).sort(), [
      'decode',
      'durationSeconds',
      'frameCount',
      'intervalSeconds',
      'mode',
      'quality',
    ]);
    assert.equal('changeShare' in fillOrder({ ...all, mode: 'continuous' }), false);
  });

  it('decodes all pictures where keyframes are too few', () => {
    assert.equal(fillOrder({ mode: 'continuous', fps: 5 }).decode, 'all');
    assert.equal(fillOrder({ mode: 'continuous', fps: 5, decode: 'keyframes' }).decode, 'keyframes');
    assert.equal(fillOrder({ mode: 'burst', decode: 'keyframes' }).decode, 'keyframes');
  });

  it('takes from the camera what the request does not say', () => {
    const camera = { mode: 'interval', intervalSeconds: 300, durationSeconds: 3_600, quality: 70 } as const;
    assert.deepEqual(fillOrder({}, camera), {
      mode: 'interval',
      intervalSeconds: 300,
      durationSeconds: 3_600,
      decode: 'keyframes',
      quality: 70,
    });
    assert.equal(fillOrder({ intervalSeconds: 5 }, camera).intervalSeconds, 5);
    assert.equal(fillOrder({ durationSeconds: null }, camera).durationSeconds, null);
    // Its hour is that of the interval, and not of whatever else somebody asks for.
    assert.equal(fillOrder({ mode: 'continuous' }, camera).durationSeconds, null);
    assert.equal(fillOrder({ mode: 'continuous' }, camera).quality, 70);
    assert.equal(fillOrder({ mode: 'continuous' }, { fps: 3 }).fps, 3);
  });
});

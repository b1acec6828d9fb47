import assert from 'node:assert/strict';
import sharp from 'sharp';
import { isSrgb, profileSpace } from '../../imaging/icc.ts';
import { planColours } from '../../imaging/steps/profile.ts';
import { ADOBE_RGB, gammaProfile, scenery } from './pictures.ts';

const SRGB_COLORANTS = [
  [0.4361, 0.2225, 0.0139],
  [0.3851, 0.7169, 0.0971],
  [0.1431, 0.0606, 0.7141],
];

describe('ICC profiles', () => {
  const builtIn = async (name: string) => {
    const { icc } = await sharp(await scenery(8, 8).withIccProfile(name).png().toBuffer()).metadata();
    return icc!;
  };

  it('tells sRGB from what only resembles it', async () => {
    assert.equal(isSrgb(await builtIn('srgb')), true);
    assert.equal(isSrgb(await builtIn('p3')), false);
    assert.equal(isSrgb(ADOBE_RGB), false);
    assert.equal(isSrgb(gammaProfile(1, SRGB_COLORANTS)), false, 'linear light');
    assert.equal(isSrgb(gammaProfile(1.8, SRGB_COLORANTS)), false, 'gamma 1.8');
  });

  it('reads damaged profiles as not sRGB and never throws', async () => {
    const icc = await builtIn('srgb');
    for (let length = 0; length < icc.length; length += 7)
      assert.equal(isSrgb(icc.subarray(0, length)), false);
    const wild = Buffer.from(icc);
    wild.fill(0xff, 128);
    assert.equal(isSrgb(wild), false);
  });

  it('knows the space of a profile', () => {
    assert.equal(profileSpace(ADOBE_RGB), 'RGB ');
    assert.equal(profileSpace(gammaProfile(2, null)), 'GRAY');
    assert.equal(profileSpace(Buffer.from('not a profile')), null);
  });

  it('ignores a profile made for other pixels', () => {
    const plan = (icc: Buffer, colourSpace: string, hasAlpha = false) =>
      planColours({ icc, colourSpace, hasAlpha });
    assert.equal(plan(gammaProfile(1, null), 'srgb'), 'as-is');
    assert.equal(plan(ADOBE_RGB, 'b-w'), 'as-is');
    assert.equal(plan(ADOBE_RGB, 'cmyk'), 'on-load');
    assert.equal(plan(ADOBE_RGB, 'srgb'), 'after-shrink');
    assert.equal(plan(ADOBE_RGB, 'srgb', true), 'on-load');
    assert.equal(plan(ADOBE_RGB, 'rgb16', true), 'after-shrink');
  });
});

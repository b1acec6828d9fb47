import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { startTributary, type Tributary } from '../hosting/tributary.ts';
import { hasChromium, launchChromium, watch } from './chromium.ts';

describe('the reference of the API, in Chromium', function () {
  this.timeout(240_000);
  let t: Tributary;
  let browser: Browser;

  before(async function () {
    this.timeout(240_000);
    if (!hasChromium()) this.skip();
    t = await startTributary({ parts: ['api'] });
    browser = await launchChromium();
  });
  after(async () => {
    await browser?.close();
    await t?.close();
  });

  it('shows an operation under a policy that allows nothing inline', async () => {
    const context = await browser.newContext();
    const misdeeds = watch(context, t.url);
    const page = await context.newPage();
    const answer = await page.goto(`${t.url}/docs`);
    assert.doesNotMatch(answer?.headers()['content-security-policy'] ?? 'unsafe', /unsafe/);
    const operation = page.locator('#operations-uploads-upload');
    await operation.waitFor();
    await operation.locator('button').first().click();
    await operation.getByText('Idempotency-Key').first().waitFor();
    assert.deepEqual([misdeeds.errors, misdeeds.outside], [[], []]);
  });
});

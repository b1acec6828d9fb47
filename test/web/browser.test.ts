import { startTributary, type Tributary } from '../hosting/tributary.ts';
import { browserSuite } from './browser.ts';

describe('the page, in a real browser against a real server', function () {
  this.timeout(240_000);
  let t: Tributary;
  before(async () => {
    t = await startTributary();
  });
  after(() => t.close());
  browserSuite(() => t.url, { required: process.env['CI'] === 'true' });
});

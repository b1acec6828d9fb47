import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { FailureType } from '../../../domain/failures.ts';
import type { SourceItem } from '../../../sources/source.ts';
import { assertFailure } from '../contract.ts';
import { apiRefusal, gatewayRefusal, type PageName, pageRefusal } from './fake/refusals.ts';
import { FAKE_KEY, FAKE_OAUTH } from './fakeDrive.ts';
import { type DrivePlace, never, setUpDrive } from './setUp.ts';

const HOUR = 3_600_000;
const ACCOUNT = { type: 'oauth', ...FAKE_OAUTH };
const OWN_KEY = { type: 'api_key', key: FAKE_KEY };

/** What each reason of Drive means for the listing of what was imported, and for the bytes of a file. */
const REASONS: readonly [reason: string, listing: FailureType, bytes: FailureType, retryAfterMs?: number][] =
  [
    ['userRateLimitExceeded', 'source_throttled', 'source_throttled'],
    ['rateLimitExceeded', 'source_throttled', 'source_throttled'],
    ['tooManyRequests', 'source_throttled', 'source_throttled'],
    ['dailyLimitExceeded', 'quota_exhausted', 'quota_exhausted', HOUR],
    ['downloadQuotaExceeded', 'quota_exhausted', 'quota_exhausted', HOUR],
    ['keyInvalid', 'provider_misconfigured', 'provider_misconfigured'],
    ['accessNotConfigured', 'provider_misconfigured', 'provider_misconfigured'],
    ['ipRefererBlocked', 'provider_misconfigured', 'provider_misconfigured'],
    ['notFound', 'source_not_found', 'vanished'],
    ['insufficientFilePermissions', 'auth_failed', 'read_denied'],
    ['cannotDownloadFile', 'not_downloadable', 'not_downloadable'],
    ['fileNotDownloadable', 'native_document', 'native_document'],
    ['cannotDownloadAbusiveFile', 'read_denied', 'read_denied'],
    ['authError', 'auth_failed', 'auth_failed'],
    ['required', 'auth_failed', 'auth_failed'],
    ['somethingNew', 'auth_failed', 'read_denied'],
    ['invalid', 'bad_response', 'bad_response'],
    ['internalError', 'source_error', 'source_error'],
    ['backendError', 'source_error', 'source_error'],
  ];

const GATEWAY: readonly [reason: string, type: FailureType][] = [
  ['API_KEY_INVALID', 'provider_misconfigured'],
  ['API_KEY_HTTP_REFERRER_BLOCKED', 'provider_misconfigured'],
  ['API_KEY_IP_ADDRESS_BLOCKED', 'provider_misconfigured'],
  ['SERVICE_DISABLED', 'provider_misconfigured'],
  ['RATE_LIMIT_EXCEEDED', 'source_throttled'],
];

const PAGES: readonly [page: PageName, bytes: FailureType][] = [
  ['unusual traffic', 'source_throttled'],
  ['quota', 'quota_exhausted'],
  ['sign in', 'auth_failed'],
  ['scan', 'bad_response'],
  ['server error', 'source_error'],
];

describe('what Google Drive refuses', () => {
  let place: DrivePlace;
  let item: SourceItem;

  before(async () => {
    place = await setUpDrive();
    await place.put('a.jpg', 'x'.repeat(5_000));
    item = (await place.itemsOf(place.open())).get('a.jpg')!;
  });

  afterEach(() => place.fake.trouble.throttle?.(0));
  after(() => place.tearDown());

  const whole = (error: unknown) => inspect(error, { depth: 9, showHidden: true });

  for (const [reason, listing, bytes, retryAfterMs] of REASONS) {
    it(`${reason}: ${listing} of a listing, ${bytes} of a file`, async () => {
      const refusal = apiRefusal(reason);
      const sent = place.fake.requests.length;
      place.fake.answer(refusal, { times: 1, to: 'get' });
      const first = await assertFailure(place.open().list(null, never()), listing);
      place.fake.answer(refusal, { times: 1, to: 'media' });
      const second = await assertFailure(place.fetch(place.open(), item), bytes);
      assert.equal(place.fake.requests.length - sent, 2, 'one request each: nothing is tried again here');
      for (const failure of [first, second]) {
        assert.equal(failure.retryAfterMs, retryAfterMs);
        // Neither what upstream wrote nor the key is in it.
        assert.doesNotMatch(whole(failure), new RegExp(`own words|${FAKE_KEY}`));
      }
    });
  }

  for (const [reason, type] of GATEWAY) {
    it(`${reason}: ${type}`, async () => {
      place.fake.answer(gatewayRefusal(reason), { to: 'get' });
      await assertFailure(place.open().list(null, never()), type);
    });
  }

  for (const [page, type] of PAGES) {
    it(`a page about "${page}" instead of bytes: ${type}`, async () => {
      place.fake.answer(pageRefusal(page), { to: 'media' });
      await assertFailure(place.fetch(place.open(), item), type);
      assert.equal((await place.fetch(place.open(), item))[0].bytes, 5_000);
    });
  }

  it('a page instead of a listing is no listing', async () => {
    place.fake.answer(pageRefusal('unusual traffic'), { to: 'list' });
    await assertFailure(place.open().list(null, never()), 'source_throttled');
    place.fake.answer(pageRefusal('scan'), { to: 'list' });
    await assertFailure(place.open().list(null, never()), 'bad_response');
    place.fake.answer(
      { status: 200, type: 'application/json', body: '{"files":[{"id":5}]}' },
      { to: 'list' },
    );
    await assertFailure(place.open().list(null, never()), 'bad_response');
  });

  it('waits as long as it is asked to, within reason', async () => {
    for (const [retryAfter, ms] of [
      ['30', 30_000],
      ['0', 1_000],
      ['99999', 900_000],
    ] as const) {
      place.fake.answer(apiRefusal('rateLimitExceeded', { retryAfter }), { to: 'get' });
      const failure = await assertFailure(place.open().list(null, never()), 'source_throttled');
      assert.equal(failure.retryAfterMs, ms);
    }
  });

  it("a key that somebody gave is that person's to mend", async () => {
    for (const refusal of [gatewayRefusal('API_KEY_INVALID'), apiRefusal('keyInvalid')]) {
      place.fake.answer(refusal, { to: 'get' });
      await assertFailure(place.open('', { credentials: OWN_KEY }).list(null, never()), 'auth_failed');
    }
  });

  it('a file that is flagged as harmful waits for consent, where an account can give it', async () => {
    await place.put('flagged/mine.jpg');
    await place.put('flagged/theirs.jpg');
    place.fake.tree.mark('flagged/mine.jpg', { harmful: 'owner' });
    place.fake.tree.mark('flagged/theirs.jpg', { harmful: 'nobody' });
    const items = await place.itemsOf(place.open('flagged'));
    const mine = items.get('mine.jpg')!;
    const asked = place.open('flagged', { credentials: ACCOUNT });
    await assertFailure(place.fetch(asked, mine), 'consent_needed');
    const settings = { acknowledge_abuse: true };
    const agreed = place.open('flagged', { credentials: ACCOUNT, settings });
    assert.equal((await place.fetch(agreed, mine))[1].toString(), 'bytes of flagged/mine.jpg');
    await assertFailure(place.fetch(agreed, items.get('theirs.jpg')!), 'read_denied');
    // What is not flagged is fetched without a word about it: Drive refuses consent that it did not ask for.
    assert.equal((await place.fetch(agreed, item))[0].bytes, 5_000);
    // With a key alone nobody can agree to anything.
    const before = place.fake.requests.length;
    for (const options of [{ settings }, { settings, credentials: OWN_KEY }]) {
      await assertFailure(place.fetch(place.open('flagged', options), mine), 'read_denied');
    }
    const later = place.fake.requests.slice(before);
    assert.equal(later.length, 2);
    assert.ok(later.every(({ url }) => !url.searchParams.has('acknowledgeAbuse')));
  });
});

import { FAILURES, type FailureType } from './failures.ts';
import { ITEM_RETRY_DELAYS_MS } from './limits.ts';

/** What it means for an item to end so. */
const ENDS = {
  rejected: 'The file cannot become a picture. Its row says why; its bytes are not kept.',
  skipped: 'The file was left alone on purpose. It counts as finished.',
  duplicate: 'The picture is there already. It counts as finished.',
  stored: 'The picture is in the library.',
  failed:
    'The file could not be brought in. It is kept among the poison jobs and can be given another round.',
} as const;

/** What it means for a camera alone. */
const CAMERAS: Partial<Record<FailureType, string>> = {
  camera_busy:
    'A capture session tries again after 5 seconds and more, with an open gap in its ledger. A test is answered with it.',
  driver_missing: 'A capture session waits until it is resumed. Nothing else is concerned.',
};

/** What it means for a webhook alone. */
const WEBHOOKS: Partial<Record<FailureType, string>> = {
  webhook_refused:
    'The message is sent again after growing waits. Other messages, and the library, are not concerned.',
  webhook_gone: 'The webhook is off, and what waited for it has failed. It can be sent again.',
  webhook_failing: 'The webhook is off, and what waited for it has failed. It can be sent again.',
};

/** Tributary's part in a failure: what it did by itself, and what became of the file. */
export function meaningOf(type: FailureType): string {
  const kind = FAILURES[type];
  const own = CAMERAS[type] ?? WEBHOOKS[type];
  if (own !== undefined) return own;
  if ('parks' in kind) {
    return `The import waits with what it has until a person (or time) has helped, and goes on from the same file. A scheduled run fails with it instead.`;
  }
  if ('model' in kind) return 'Pictures are in the library all the same, without boxes of this model.';
  if (kind.outcome === null) {
    return kind.retry
      ? 'A request is answered with it; work in the background is repeated until it succeeds.'
      : 'The whole import ends with it; nothing in the library is changed.';
  }
  const tries = ITEM_RETRY_DELAYS_MS.length;
  const first = !kind.retry
    ? ''
    : 'patient' in kind
      ? 'Tried again for about a quarter of an hour first. '
      : `Tried again ${tries} times first, after ${ITEM_RETRY_DELAYS_MS.map((ms) => ms / 1000).join(', ')} seconds. `;
  return `${first}${ENDS[kind.outcome]}`;
}

/** Whether an item that ended so can be given another round. */
export function isRedrivable(type: FailureType): boolean {
  return FAILURES[type].outcome === 'failed';
}

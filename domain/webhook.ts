/** Seconds between the tries of one delivery, as the Standard Webhooks specification suggests: a bit more than three days. */
export const RETRY_SECONDS = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400] as const;

/** Of the time between tries, so that what failed together does not come back together. */
const JITTER = 0.1;

/** The longest that a receiver may ask us to wait. */
const MOST_WAIT_SECONDS = 86_400;

/** Days without any success after which an endpoint is switched off. */
export const DISABLE_DAYS = 5;

/** Hours for which signatures are made with the last secret as well, after a new one was made. */
export const ROTATION_HOURS = 24;

/** Days that deliveries are kept once they are over. */
export const DELIVERY_DAYS = 30;

export const DELIVERY_STATES = ['pending', 'delivered', 'failed'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** Why an endpoint is off: somebody wanted it, it said that it is gone, or nothing reached it for days. */
export const DISABLED_REASONS = ['person', 'webhook_gone', 'webhook_failing'] as const;
export type DisabledReason = (typeof DISABLED_REASONS)[number];

/**
 * How long to wait after a try that failed.
 * @param attempt which try it was, from 1
 * @param askedSeconds what the receiver asked for (`Retry-After`)
 * @param random 0 to 1
 * @returns seconds; `null`: it was the last try
 */
export function nextTrySeconds(
  attempt: number,
  askedSeconds: number | null,
  random: number,
  schedule: readonly number[] = RETRY_SECONDS,
): number | null {
  const planned = schedule[attempt - 1];
  if (planned === undefined) return null;
  const spread = planned * (1 + JITTER * (2 * random - 1));
  return Math.min(MOST_WAIT_SECONDS, Math.max(spread, askedSeconds ?? 0));
}

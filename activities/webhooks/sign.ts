import { createHmac } from 'node:crypto';

/**
 * The headers of a message as the Standard Webhooks specification (1.0) wants them.
 * @param secrets `whsec_` and base64; the message is signed with each, so that receivers may change theirs in their own time
 * @param at milliseconds
 */
export function signedHeaders(
  messageId: string,
  at: number,
  body: string,
  secrets: readonly string[],
): Record<string, string> {
  const timestamp = Math.floor(at / 1_000);
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    return `v1,${createHmac('sha256', key).update(`${messageId}.${timestamp}.${body}`).digest('base64')}`;
  });
  return {
    'webhook-id': messageId,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures.join(' '),
  };
}

import type { Config } from '../config.ts';
import { createHttpClient, type HttpClient } from '../sources/reach/client.ts';
import { createConfiguredGuard } from './guard.ts';

/** What messages are sent with: connections of their own, behind the same guard as everything that people name. */
export function createWebhookClient(config: Config): HttpClient {
  const { timeoutMs } = config.webhooks;
  return createHttpClient({
    guard: createConfiguredGuard(config),
    deadlines: { headersMs: timeoutMs, idleMs: timeoutMs },
  });
}

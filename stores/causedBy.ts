import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * The request that the current work is done for. It is known by context and not handed on, because everything between a
 * request and the message that it leads to would have to pass it through and has no use for it.
 */
const current = new AsyncLocalStorage<string>();

export const runCausedBy = <T>(requestId: string, work: () => T): T => current.run(requestId, work);

/** `null`: nobody asked; something runs by itself. */
export const causedBy = (): string | null => current.getStore() ?? null;

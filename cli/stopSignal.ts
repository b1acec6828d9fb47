/** Aborts on SIGTERM, on SIGINT, and when the parent that started us over IPC is gone. */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  if (process.send !== undefined) process.once('disconnect', stop);
  return controller.signal;
}

/** Tells a supervising parent that work can come; without one nobody needs to know. */
export function tellReady(message: Record<string, unknown> = {}): void {
  process.send?.({ type: 'ready', ...message });
}

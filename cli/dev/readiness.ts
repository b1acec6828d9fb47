import type { ChildProcess } from 'node:child_process';
import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** A wildcard address is for listening; it is reached on loopback. */
export function reachableHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::' || host === '[::]') return '[::1]';
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

function answersOk(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false, timeout: 2_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.once('error', () => resolve(false));
    request.once('timeout', () => request.destroy());
  });
}

/** Ready when the address answers 200. */
export const whenHttpOk = (url: string) => async (_child: ChildProcess, signal: AbortSignal) => {
  while (!signal.aborted && !(await answersOk(url))) await sleep(100);
};

/** Ready when the part says so over its channel: `{ type: 'ready' }`. */
export const whenItSaysSo = () => (child: ChildProcess) =>
  new Promise<void>((resolve) => {
    child.on('message', (message: unknown) => {
      if ((message as { type?: unknown } | null)?.type === 'ready') resolve();
    });
  });

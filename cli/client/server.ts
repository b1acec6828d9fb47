import type { Config } from '../../config.ts';

/** A problem that the server described, or that it cannot be reached. */
export class ServerError extends Error {
  override readonly name = 'ServerError';
}

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** The API of a running Tributary, for the commands that use it like any other client. */
export interface Server {
  url: string;
  call<T>(method: Method, path: string, body?: unknown): Promise<T>;
}

export function connectServer(config: Config, url: string | undefined): Server {
  const base = (url ?? config.publicUrl ?? `http://${config.host}:${config.port}`).replace(/\/+$/, '');
  return {
    url: base,
    async call<T>(method: Method, path: string, body?: unknown): Promise<T> {
      let response: Response;
      try {
        response = await fetch(`${base}${path}`, {
          method,
          headers: {
            ...(body !== undefined && { 'Content-Type': 'application/json' }),
            ...(config.clientKey !== null && { 'X-API-Key': config.clientKey }),
          },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        });
      } catch {
        throw new ServerError(
          `No Tributary answers at ${base}. Start it with "npm start", or name another with --server.`,
        );
      }
      if (response.status === 204) return undefined as T;
      const answer = (await response.json().catch(() => null)) as (T & { detail?: string }) | null;
      if (!response.ok || answer === null) {
        throw new ServerError(answer?.detail ?? `${base} answered ${response.status}.`);
      }
      return answer;
    },
  };
}

import { setTimeout as sleep } from 'node:timers/promises';
import { choosePorts } from '../../cli/embedded/ports.ts';

export interface Readiness {
  status: string;
  checks: Record<string, { ok: boolean; detail?: string }>;
}

/** The admin port of one process of a test. */
export interface AdminPort {
  /** For the environment of the process. */
  env: { ADMIN_PORT: string };
  ready(): Promise<{ status: number; body: Readiness }>;
  /** Waits until `/readyz` answers what is wanted. @returns the answer */
  until(wanted: (status: number, body: Readiness) => boolean): Promise<Readiness>;
  /** Every sample by name and labels as they stand in the text. */
  samples(): Promise<Map<string, number>>;
  text(at: string): Promise<string>;
}

export async function adminPort(): Promise<AdminPort> {
  const { port } = await choosePorts(['port']);
  const url = `http://127.0.0.1:${port}`;
  const admin: AdminPort = {
    env: { ADMIN_PORT: String(port) },
    async ready() {
      const response = await fetch(`${url}/readyz`);
      return { status: response.status, body: (await response.json()) as Readiness };
    },
    async until(wanted) {
      let last: unknown;
      for (let tries = 0; tries < 900; tries += 1) {
        const answer = await admin.ready().catch((error: unknown) => {
          last = error;
        });
        if (answer !== undefined) {
          if (wanted(answer.status, answer.body)) return answer.body;
          last = answer;
        }
        await sleep(100);
      }
      throw new Error(`/readyz did not come to say what was wanted: ${JSON.stringify(last)}`);
    },
    text: async (at) => (await fetch(`${url}${at}`)).text(),
    async samples() {
      const found = new Map<string, number>();
      for (const line of (await admin.text('/metrics')).split('\n')) {
        const [, name, value] = /^([^#\s{]+(?:\{.*\})?) (\S+)$/.exec(line) ?? [];
        if (name === undefined) continue;
        if (found.has(name)) throw new Error(`${name} is there twice`);
        found.set(name, Number(value));
      }
      return found;
    },
  };
  return admin;
}

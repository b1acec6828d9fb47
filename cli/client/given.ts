import { readFile } from 'node:fs/promises';
import { ServerError } from './server.ts';

/** What an address is given beside it, on the command line or in files. */
export interface Given {
  kind?: string;
  /** `name=value`; the value is JSON where it can be read as such, else text. */
  set?: string[];
  /** Path of a JSON file, `-` for standard input: secrets are no arguments, which everybody can see. */
  credentials?: string;
}

async function readStdin(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin) text += chunk;
  return text;
}

function readValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The fields of a request that say how a place is read. @throws ServerError that says what to write instead. */
export async function readGiven({ kind, set = [], credentials }: Given): Promise<Record<string, unknown>> {
  const settings: Record<string, unknown> = {};
  for (const pair of set) {
    const at = pair.indexOf('=');
    if (at < 1)
      throw new ServerError(`--set takes name=value, as in --set recursive=false, and not "${pair}".`);
    settings[pair.slice(0, at)] = readValue(pair.slice(at + 1));
  }
  const given: Record<string, unknown> = {
    ...(kind !== undefined && { kind }),
    ...(set.length > 0 && { settings }),
  };
  if (credentials === undefined) return given;
  const text = credentials === '-' ? await readStdin() : await readFile(credentials, 'utf8');
  try {
    given['credentials'] = JSON.parse(text);
  } catch {
    throw new ServerError(
      'The credentials are not JSON. GET /source-kinds shows what each kind of source takes.',
    );
  }
  return given;
}

import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection, isGrpcServiceError } from '@temporalio/client';
import proto from '@temporalio/proto';
import { hasSearchAttributes } from '../api/temporal/searchable.ts';
import type { Config } from '../config.ts';
import { SEARCH_ATTRIBUTES } from '../workflows/searchAttributes.ts';

/** `refused`: somebody else has to make them. `away`: Temporal does not answer. `soon`: made, and not of use yet. */
export type Registration = { end: 'there' | 'made' | 'soon' } | { end: 'refused' | 'away'; why: string };

/** gRPC's codes for what waiting cannot help. */
const ALREADY_EXISTS = 6;
const UNAVAILABLE = 14;
const DEADLINE_EXCEEDED = 4;
const CONNECT_MS = 10_000;
/** A server reads its namespaces anew every few seconds. */
const SETTLE_MS = 60_000;

const detailOf = (error: unknown): string =>
  isGrpcServiceError(error) ? error.details : error instanceof Error ? error.message : String(error);

/** One at a time: where only some are there, the server refuses all of them together. */
async function make(connection: Connection, namespace: string): Promise<void> {
  const { INDEXED_VALUE_TYPE_KEYWORD: keyword } = proto.temporal.api.enums.v1.IndexedValueType;
  for (const { name } of SEARCH_ATTRIBUTES) {
    try {
      await connection.operatorService.addSearchAttributes({
        namespace,
        searchAttributes: { [name]: keyword },
      });
    } catch (error) {
      if (!isGrpcServiceError(error) || error.code !== ALREADY_EXISTS) throw error;
    }
  }
}

/**
 * Makes the search attributes in the namespace that `config` names, those that are not there. Works on a server of
 * one's own; Temporal Cloud lets nobody do that but the owner of the namespace.
 *
 * @param settleMs how long to wait until they are of use
 */
export async function registerSearchAttributes(
  { temporal: settings }: Config,
  settleMs = SETTLE_MS,
): Promise<Registration> {
  const { namespace } = settings;
  let connection: Connection;
  try {
    connection = await Connection.connect({ ...settings.connection, connectTimeout: CONNECT_MS });
  } catch (error) {
    return { end: 'away', why: detailOf(error) };
  }
  try {
    const client = new Client({ connection, namespace });
    if (await hasSearchAttributes(client)) return { end: 'there' };
    try {
      await connection.withDeadline(Date.now() + CONNECT_MS, () => make(connection, namespace));
    } catch (error) {
      const away =
        isGrpcServiceError(error) && (error.code === UNAVAILABLE || error.code === DEADLINE_EXCEEDED);
      return { end: away ? 'away' : 'refused', why: detailOf(error) };
    }
    for (const until = Date.now() + settleMs; Date.now() < until; await sleep(200))
      if (await hasSearchAttributes(client)) return { end: 'made' };
    return { end: 'soon' };
  } finally {
    await connection.close();
  }
}

export function printRegistration(registration: Registration, { temporal: { namespace } }: Config): void {
  const names = SEARCH_ATTRIBUTES.map(({ name }) => name);
  switch (registration.end) {
    case 'there':
      console.log('The search attributes are there.');
      break;
    case 'made':
      console.log(`Made the search attributes ${names.join(', ')} in namespace ${namespace}.`);
      break;
    case 'soon':
      console.log('Made the search attributes; the server knows them in some seconds.');
      break;
    case 'away':
      console.log(
        `Temporal does not answer (${registration.why}), so its search attributes were not looked at. Everything works ` +
          'without them, but workflows cannot be found by tenant, source or state: run this again when it answers.',
      );
      break;
    case 'refused': {
      const options = names.map((name) => `--name ${name} --type Keyword`).join(' ');
      console.log(
        `The search attributes could not be made (${registration.why}). Everything works without them, but workflows ` +
          'cannot be found by tenant, source or state. Let an administrator of the namespace run:\n' +
          `  temporal operator search-attribute create --namespace ${namespace} ${options}\n` +
          'In Temporal Cloud: the settings of the namespace, or tcld namespace search-attributes add.',
      );
    }
  }
}

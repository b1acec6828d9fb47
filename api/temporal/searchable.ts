import type { Client } from '@temporalio/client';
import type { SearchAttributePair } from '@temporalio/common';
import { KIND, SEARCH_ATTRIBUTES, SOURCE, STATE, TENANT } from '../../workflows/searchAttributes.ts';

/** How long an answer of the namespace is believed; they may be about to be made. */
const BELIEVED_MS = { yes: 60_000, no: 5_000 } as const;

/** What a workflow is to be found by. */
export interface Attributes {
  kind: string;
  tenantId: string | null;
  source?: string | null;
  state?: string;
}

/** Gives workflows their search attributes, where the namespace has them. */
export interface Searchable {
  of(attributes: Attributes): Promise<{ typedSearchAttributes?: SearchAttributePair[] }>;
}

/**
 * Whether workflows of the namespace can be started with the attributes and found by them. It is asked as somebody who
 * looks for workflows would ask, because that takes no right that others have not.
 */
export async function hasSearchAttributes(client: Client): Promise<boolean> {
  const { namespace } = client.options;
  const query = SEARCH_ATTRIBUTES.map(({ name }) => `${name} = ''`).join(' AND ');
  try {
    await client.connection.workflowService.countWorkflowExecutions({ namespace, query });
    return true;
  } catch {
    return false;
  }
}

export function createSearchable(client: Client): Searchable {
  let asked: Promise<boolean> | null = null;
  let until = Number.NEGATIVE_INFINITY;

  function has(): Promise<boolean> {
    if (asked === null || performance.now() > until) {
      until = performance.now() + BELIEVED_MS.yes;
      asked = hasSearchAttributes(client).then((yes) => {
        if (!yes) until = performance.now() + BELIEVED_MS.no;
        return yes;
      });
    }
    return asked;
  }

  return {
    async of({ kind, tenantId, source = null, state }) {
      if (!(await has())) return {};
      return {
        typedSearchAttributes: [
          { key: KIND, value: kind },
          ...(tenantId === null ? [] : [{ key: TENANT, value: tenantId }]),
          ...(source === null ? [] : [{ key: SOURCE, value: source }]),
          ...(state === undefined ? [] : [{ key: STATE, value: state }]),
        ],
      };
    },
  };
}

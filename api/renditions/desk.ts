import { isFailureType } from '../../domain/failures.ts';
import { RENDITION_QUEUE, RENDITION_WAIT_MS } from '../../domain/limits.ts';
import type { RenditionRow } from '../../stores/library.ts';
import type { Database } from '../../stores/postgres/database.ts';
import { type Sought, seekRendition } from '../../stores/renditions.ts';
import { renditionWorkflowId } from '../../workflows/ids.ts';
import { notFound, Problem } from '../problem.ts';
import type { Making, WorkflowControl } from '../temporal/workflows.ts';

/** Where renditions are asked for: what is there is handed out, what is not is made first. */
export interface RenditionDesk {
  /** @throws Problem 404, 422 when it cannot be made, 503 when it is not ready in time or too many wait */
  get(assetId: number, preset: string): Promise<{ sought: Sought; row: RenditionRow }>;
}

export function createRenditionDesk(db: Database, workflows: WorkflowControl): RenditionDesk {
  /** By workflow: requests for the same rendition wait together. */
  const waiting = new Map<string, Promise<Making>>();

  function make({ asset, preset, focus, blur }: Sought): Promise<Making> {
    const id = renditionWorkflowId(asset.id, preset.name, preset.version, focus, blur);
    const joined = waiting.get(id);
    if (joined !== undefined) return joined;
    if (waiting.size >= RENDITION_QUEUE) throw notYet('Many renditions are being made at the moment.');
    const order = { asset: asset.id, preset: preset.name };
    const making = workflows.makeRendition(id, order, RENDITION_WAIT_MS).finally(() => waiting.delete(id));
    waiting.set(id, making);
    return making;
  }

  return {
    async get(assetId, name) {
      let sought = await db.run((sql) => seekRendition(sql, assetId, name));
      if (sought?.state === 'missing') {
        const making = await make(sought);
        if (making.end === 'late') throw notYet('The rendition is being made.');
        if (making.end === 'failed') throw impossible(making);
        sought = await db.run((sql) => seekRendition(sql, assetId, name));
      }
      if (sought === null || sought.found === null || sought.state === 'missing') {
        throw notFound('rendition; GET /presets lists what there is');
      }
      return { sought, row: sought.found };
    },
  };
}

function notYet(what: string): Problem {
  return new Problem({
    status: 503,
    code: 'rendition_not_ready',
    title: 'Not ready yet',
    detail: `${what} Ask again in a few seconds.`,
    retryAfter: 3,
  });
}

function impossible({ type, detail }: Extract<Making, { end: 'failed' }>): Problem {
  if (!isFailureType(type) || type === 'internal_error') return notYet('The rendition could not be made.');
  return new Problem({
    status: 422,
    code: type,
    title: 'The rendition cannot be made',
    detail,
  });
}

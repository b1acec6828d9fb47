import { z } from 'zod';
import type { ApiDeps } from '../deps.ts';
import { defineRoute, type Route } from '../route.ts';
import { SourceKindList } from '../schemas/sourceKinds.ts';

/** What an import may read from, and what each kind of source asks for. */
export function sourceKindRoutes({ sources }: ApiDeps): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/source-kinds',
      operationId: 'listSourceKinds',
      summary: 'The kinds of sources, their addresses and the credentials that they take',
      tag: 'imports',
      needs: 'viewer',
      answers: { 200: { description: 'All of them', schema: SourceKindList } },
      handle(_input, _req, res) {
        const kinds = sources.kinds.map((kind) => ({
          kind: kind.kind,
          title: kind.title,
          looks_like: kind.looksLike,
          credentials: kind.credentials === null ? null : z.toJSONSchema(kind.credentials, { io: 'input' }),
          requests_per_second: kind.politeness.requestsPerSecond,
          concurrency: kind.politeness.concurrency,
        }));
        res.json({ kinds } satisfies z.input<typeof SourceKindList>);
      },
    }),
  ];
}

import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import createRestKind from '../../../sources/kinds/rest/kind.ts';
import { createHttpClient } from '../../../sources/reach/client.ts';
import { createGuard } from '../../../sources/reach/guard.ts';
import { kindDeps, visitor } from '../kindDeps.ts';
import { response, startRawServer } from '../rawServer.ts';

/** What the two services of the examples answer, as the page shows it. */
const ANSWERS = [
  {
    continue: { gaicontinue: 'Lynx.jpg' },
    query: {
      pages: [
        {
          pageid: 7,
          imageinfo: [
            { url: 'https://upload.example/Lynx.jpg', size: 81_234, timestamp: '2024-05-31T08:25:38Z' },
          ],
        },
      ],
    },
  },
  {
    total_results: 812,
    results: [{ id: 42, updated_at: '2024-05-31T08:25:38Z', photo: { file: 'large.jpg' } }],
  },
];

describe('the page about REST sources', () => {
  it('shows descriptions that work', async () => {
    const text = await fs.readFile('docs/rest-sources.md', 'utf8');
    const examples = [...text.matchAll(/```json\n([\s\S]*?)```/g)].map(([, example]) =>
      JSON.parse(example ?? ''),
    );
    assert.equal(examples.length, ANSWERS.length);
    const guard = createGuard({ allowPrivateNets: [], allowLoopback: true });
    const client = createHttpClient({ guard });
    const kind = createRestKind(kindDeps({ client, guard }));
    const found: unknown[] = [];
    for (const [i, example] of examples.entries()) {
      const server = await startRawServer((socket, { path }) => {
        const first = !/gaicontinue=|[?&]page=2/.test(path);
        const last = i === 0 ? response(200, {}, '{"query":{"pages":[]}}') : response(404);
        socket.write(first ? response(200, {}, JSON.stringify(ANSWERS[i])) : last);
      });
      const source = kind.open(kind.parse(`${server.url}api`, example), visitor());
      const listed = await source.list(null, new AbortController().signal);
      found.push(
        listed.items.map(({ externalId, name, locator, version }) => [externalId, name, locator, version]),
      );
      found.push(server.requests.map(({ path }) => path));
      await server.close();
    }
    await client.close();
    const asked = '/api?action=query&generator=allimages&prop=imageinfo&format=json&formatversion=2';
    assert.deepEqual(found, [
      [['7', 'Lynx.jpg', 'https://upload.example/Lynx.jpg', '81234@2024-05-31T08:25:38.000Z']],
      [asked, `${asked}&gaicontinue=Lynx.jpg`],
      [
        [
          '42',
          'large.jpg',
          'https://static.observations.example/photos/42/large.jpg',
          '?@2024-05-31T08:25:38.000Z',
        ],
      ],
      ['/api?taxon=Lynx%20lynx&page=1&per_page=200', '/api?taxon=Lynx%20lynx&page=2&per_page=200'],
    ]);
  });
});

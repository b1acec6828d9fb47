import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Source, SourceItem } from '../../../sources/source.ts';
import { assertFailure } from '../contract.ts';
import { type FakeAnswer, plain } from './fakeAnswers.ts';
import { type DropboxPlace, openPlace } from './place.ts';

/** Through a link to a file, for which Dropbox announces no hash: only the revision tells contents apart. */
describe('dropbox: fetching the rest of a file', () => {
  const before = 'the first version of it';
  const after = 'THE OTHER VERSION OF IT';
  let place: DropboxPlace;
  let scratch: string;
  let source: Source;
  let item: SourceItem;

  beforeEach(async () => {
    scratch = await fs.mkdtemp(path.join(os.tmpdir(), 'rest-'));
    place = await openPlace({ links: { '/s/one/a.jpg': { shows: 'a.jpg' } } });
    await place.put('a.jpg', before);
    source = place.open('https://www.dropbox.com/s/one/a.jpg');
    const [only] = (await source.list(null, new AbortController().signal)).items;
    assert.ok(only);
    item = only;
  });
  afterEach(async () => {
    await place.close();
    await fs.rm(scratch, { recursive: true });
  });

  /** As if a transfer had broken off after so many bytes. */
  async function goOn(bytes: number): Promise<string> {
    const toPath = path.join(scratch, 'a');
    await fs.writeFile(toPath, before.slice(0, bytes));
    const validator = item.version.replace(/^rev:/, '');
    await fs.writeFile(`${toPath}.part`, JSON.stringify({ total: before.length, validator }));
    const signal = new AbortController().signal;
    const got = await source.fetch(item, { toPath, maxBytes: 1e6, signal, resumable: true });
    assert.equal(got.bytes, before.length);
    return fs.readFile(toPath, 'utf8');
  }

  const ranges = () =>
    place.fake.requests.filter(({ endpoint }) => endpoint.endsWith('_file')).map(({ range }) => range);

  const saying = (
    status: number,
    body: string,
    headers: Record<string, string>,
    rev: string,
  ): FakeAnswer => ({
    status,
    headers: { ...headers, 'dropbox-api-result': JSON.stringify({ rev, size: before.length }) },
    body,
  });

  it('asks for the rest only', async () => {
    assert.equal(await goOn(9), before);
    assert.deepEqual(ranges(), ['bytes=9-']);
  });

  it('does not join what belongs to two revisions', async () => {
    await place.put('a.jpg', after);
    await assertFailure(goOn(9), 'changed_during_read');
    assert.deepEqual(await fs.readdir(scratch), []);
  });

  it('begins again when all of it comes', async () => {
    const rev = item.version.slice(4);
    place.fake.answerNext(1, saying(200, before, {}, rev), 'sharing/get_shared_link_file');
    assert.equal(await goOn(9), before);
  });

  it('asks for all of it when nothing is left to ask for', async () => {
    assert.equal(await goOn(before.length), before);
    assert.deepEqual(ranges(), [undefined]);
  });

  it('takes no rest that does not fit', async () => {
    const rev = item.version.slice(4);
    const rest = before.slice(9);
    const misfits: [FakeAnswer, 'changed_during_read' | 'bad_response'][] = [
      [saying(206, rest, { 'content-range': `bytes 8-22/${before.length}` }, rev), 'changed_during_read'],
      [saying(206, rest, {}, rev), 'changed_during_read'],
      [saying(206, rest, { 'content-range': `bytes 9-22/${before.length}` }, 'other'), 'changed_during_read'],
      [saying(204, '', {}, rev), 'bad_response'],
      [plain(416, 'range not satisfiable'), 'bad_response'],
    ];
    for (const [answer, type] of misfits) {
      place.fake.answerNext(1, answer, 'sharing/get_shared_link_file');
      await assertFailure(goOn(9), type);
      assert.deepEqual(await fs.readdir(scratch), []);
    }
  });

  it('takes no part that it did not ask for', async () => {
    const rev = item.version.slice(4);
    const part = saying(206, before, { 'content-range': `bytes 0-22/${before.length}` }, rev);
    place.fake.answerNext(1, part, 'sharing/get_shared_link_file');
    await assertFailure(place.fetch(source, item), 'bad_response');
  });
});

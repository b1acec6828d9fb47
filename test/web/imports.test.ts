import assert from 'node:assert/strict';
import type { Import, ImportList } from '../../web/src/api/types.ts';
import { addSample, rateOf, type Sample } from '../../web/src/imports/rate.ts';
import { shownImports, withImport } from '../../web/src/imports/recent.ts';
import { countOf } from '../../web/src/imports/states.ts';

const one = (id: string, changes: Partial<Import> = {}): Import => ({
  id,
  job_id: id,
  task_id: id,
  kind: 'folder',
  source: 'folder',
  address: `/photos/${id}`,
  status: 'processing',
  state: 'processing',
  needs: null,
  has_credential: false,
  suspect: null,
  known_files: 0,
  deferred_files: 0,
  pull_source_id: null,
  message: '',
  total_files: 10,
  processed_files: 0,
  stored_files: 0,
  duplicate_files: 0,
  skipped_files: 0,
  rejected_files: 0,
  failed_files: 0,
  pending_files: 10,
  progress_percent: 0,
  listing_complete: true,
  eta_seconds: null,
  error: null,
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-01-01T00:00:01.000Z',
  finished_at: null,
  temporal_url: null,
  ...changes,
});
const page = (number: number, ...imports: Import[]): ImportList => ({
  imports,
  count: imports.length,
  total: 4,
  page: number,
  pages: 2,
  page_size: 2,
});

describe('the list of imports', () => {
  const recent = { pages: [page(1, one('d'), one('c')), page(2, one('c'), one('a'))], pageParams: [1, 2] };

  it('shows each once, newest first', () => {
    assert.deepEqual(
      shownImports(recent).map(({ id }) => id),
      ['d', 'c', 'a'],
    );
  });

  it('takes a change in its place and a new import in front', () => {
    const changed = withImport(recent, one('a', { processed_files: 5 }));
    assert.equal(shownImports(changed)[2]?.processed_files, 5);
    assert.deepEqual(
      shownImports(withImport(recent, one('e'))).map(({ id }) => id),
      ['e', 'd', 'c', 'a'],
    );
  });

  it('drops news that are older than what is held', () => {
    const done = withImport(
      recent,
      one('d', { status: 'completed', updated_at: '2026-01-01T00:00:09.000Z' }),
    );
    const late = withImport(done, one('d', { updated_at: '2026-01-01T00:00:08.000Z' }));
    assert.equal(shownImports(late)[0]?.status, 'completed');
  });

  it('counts failed items without the rejected ones that the API adds to them', () => {
    assert.equal(countOf(one('a', { failed_files: 7, rejected_files: 5 }), 'failed'), 2);
  });
});

describe('the rate of an import', () => {
  const through = (...points: [at: number, done: number][]): Sample[] =>
    points.reduce<Sample[]>((samples, [at, done]) => addSample(samples, { at, done }), []);

  it('is taken over the last seconds, not over the whole time', () => {
    const samples = through([0, 0], [10_000, 10], [20_000, 20], [25_000, 120], [30_000, 220]);
    assert.equal(rateOf(samples, 30_000), 20);
  });

  it('falls when nothing happens and starts over when items are put back', () => {
    const samples = through([0, 0], [4_000, 80]);
    assert.equal(rateOf(samples, 4_000), 20);
    assert.equal(rateOf(samples, 8_000), 10);
    assert.equal(rateOf(addSample(samples, { at: 9_000, done: 3 }), 9_000), null);
  });
});

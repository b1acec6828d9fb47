import { Context } from '@temporalio/activity';
import { Failure } from '../domain/failures.ts';
import type { Source, SourceItem } from '../sources/source.ts';
import type { Database } from '../stores/postgres/database.ts';
import { findLookedAt } from '../stores/pulling/previews.ts';
import { type PullSource, saveTest } from '../stores/pulling/pullSources.ts';
import { beginRun } from '../stores/pulling/runs.ts';
import type { PullActivities } from './contracts.ts';
import { keepAlive } from './heartbeat.ts';
import type { OpenSource } from './openSource.ts';
import { scratchDir } from './scratch.ts';
import { sniffFile } from './sniffFile.ts';

export interface PullDeps {
  db: Database;
  openSource: OpenSource;
  scratchRoot: string;
  maxFileBytes: number;
}

/** Enough to show what a place looks like. */
const SHOWN = 20;

interface Seen {
  ok: boolean;
  at: string;
  /** Items of the first page. */
  listed: number;
  complete: boolean;
  skipped: number;
  sample: { name: string; size: number | null; modified_at: string | null; skip: string | null }[];
  fetched: {
    name: string;
    bytes: number;
    format: string | null;
    error: { type: string; detail: string } | null;
  }[];
  error: { type: string; detail: string } | null;
}

function described(error: unknown): { type: string; detail: string } {
  return error instanceof Failure
    ? { type: error.type, detail: error.message }
    : { type: 'internal_error', detail: 'Something unexpected went wrong.' };
}

export function createPullActivities(deps: PullDeps): PullActivities {
  const { db } = deps;

  async function tryFile(source: Source, item: SourceItem, toPath: string, signal: AbortSignal) {
    const { name } = item;
    try {
      const { bytes } = await source.fetch(item, { toPath, maxBytes: deps.maxFileBytes, signal });
      return { name, bytes, format: await sniffFile(toPath), error: null };
    } catch (error) {
      return { name, bytes: 0, format: null, error: described(error) };
    }
  }

  async function look(found: PullSource, files: number): Promise<Seen> {
    const seen: Seen = {
      ok: false,
      at: new Date().toISOString(),
      listed: 0,
      complete: false,
      skipped: 0,
      sample: [],
      fetched: [],
      error: null,
    };
    const signal = Context.current().cancellationSignal;
    try {
      await using scratch = await scratchDir(deps.scratchRoot, 'try');
      const source = await deps.openSource(found);
      try {
        const page = await source.list(null, signal);
        const wanted = page.items.filter((item) => item.skip === undefined);
        seen.listed = page.items.length;
        seen.complete = page.next === null;
        seen.skipped = page.items.length - wanted.length;
        seen.sample = page.items.slice(0, SHOWN).map((item) => ({
          name: item.name,
          size: item.size,
          modified_at: item.modifiedAt?.toISOString() ?? null,
          skip: item.skip ?? null,
        }));
        for (const [at, item] of wanted.slice(0, files).entries()) {
          seen.fetched.push(await tryFile(source, item, `${scratch.path}/${at}`, signal));
        }
        seen.ok = seen.fetched.every(({ error }) => error === null);
      } finally {
        await source.close();
      }
    } catch (error) {
      seen.error = described(error);
    }
    return seen;
  }

  return {
    async beginPull(pullSourceId) {
      const run = await db.tx((tx) => beginRun(tx, pullSourceId, 'schedule'));
      return run === null ? null : { importId: run.importId };
    },
    async trySource(pullSourceId, files) {
      await using _alive = keepAlive();
      const found = await db.run((sql) => findLookedAt(sql, pullSourceId));
      if (found === null) return;
      const seen = await look(found, files);
      await db.run((sql) => saveTest(sql, pullSourceId, { ...seen }));
    },
  };
}

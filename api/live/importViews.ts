import type { z } from 'zod';
import { cursorText, type FeedCursor, type FeedKind } from '../../domain/feed.ts';
import type { ImportView } from '../../domain/import.ts';
import { viewImport } from '../../stores/imports.ts';
import type { Database } from '../../stores/postgres/database.ts';
import type { FeedMessage } from '../present/feed.ts';
import { presentImport, type TemporalUi } from '../present/import.ts';
import type { Import } from '../schemas/imports.ts';
import { type Complete, isAboutImport } from './reader.ts';

type Shown = z.input<typeof Import>;

/**
 * Puts imports into the events that tell of them. Counting the files of a large import takes a while, so it is done once
 * for all who hear the same news.
 * @param moment changes whenever there is news
 */
export function createImportViews(db: Database, ui: TemporalUi, moment: () => number): Complete {
  let known = new Map<string, Promise<Shown | null>>();
  let of = -1;

  async function view(id: string): Promise<Shown | null> {
    const found = await db.run((sql) => viewImport(sql, id));
    return found === null ? null : presentImport(found, ui);
  }

  function viewOnce(id: string): Promise<Shown | null> {
    if (of !== moment()) {
      known = new Map();
      of = moment();
    }
    const asked = known.get(id) ?? view(id);
    known.set(id, asked);
    // Whoever asks next asks again.
    asked.catch(() => known.delete(id));
    return asked;
  }

  return (messages) =>
    Promise.all(
      messages.map(async (message) => {
        const { importId, kind, event } = message;
        if (importId === null || !isAboutImport(kind)) return message;
        const shown = await viewOnce(importId);
        return shown === null
          ? message
          : { ...message, event: { ...event, data: { ...event.data, import: shown } } };
      }),
    );
}

const STATE_KIND: Partial<Record<ImportView['state'], FeedKind>> = {
  paused: 'import.paused',
  needs_attention: 'import.needs_attention',
  completed: 'import.completed',
  failed: 'import.failed',
  cancelled: 'import.cancelled',
};

/** How an import stands when somebody begins to follow it, as the first event that they hear. */
export function openingOf(view: ImportView, shown: Shown, cursor: FeedCursor, tenant: string): FeedMessage {
  const kind = STATE_KIND[view.state] ?? 'import.progress';
  return {
    cursor,
    kind,
    importId: view.id,
    event: {
      id: cursorText(cursor),
      type: kind,
      at: view.updatedAt.toISOString(),
      tenant_name: tenant,
      data: { import_id: view.id, import: shown, links: {} },
    },
  };
}

import { viewImport } from '../../stores/imports.ts';
import type { Database } from '../../stores/postgres/database.ts';

const UNDER_WAY = new Set(['pending', 'processing']);

/** Whether an import has ended, or waits for a person. */
export async function isImportSettled(db: Database, id: string): Promise<boolean> {
  const view = await db.run((sql) => viewImport(sql, id));
  return view === null || !UNDER_WAY.has(view.state);
}

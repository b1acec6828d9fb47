import type { Import, ImportList } from '../api/types.ts';

/** The pages of imports that are held, newest first. */
export interface Recent {
  pages: ImportList[];
  pageParams: unknown[];
}

/** Puts a change in its place, or in front when the import is new. News that are older than what is held are dropped. */
export function withImport(recent: Recent, change: Import): Recent {
  let found = false;
  const pages = recent.pages.map((page) => {
    const index = page.imports.findIndex((held) => held.id === change.id);
    const held = page.imports[index];
    if (held === undefined) return page;
    found = true;
    if (held.updated_at > change.updated_at) return page;
    return { ...page, imports: page.imports.with(index, change) };
  });
  const [first, ...others] = pages;
  if (found || first === undefined) return { ...recent, pages };
  return {
    ...recent,
    pages: [{ ...first, imports: [change, ...first.imports], total: first.total + 1 }, ...others],
  };
}

/** Each import once: pages overlap when new imports push older ones down. */
export function shownImports(recent: Recent): Import[] {
  const byId = new Map<string, Import>();
  for (const page of recent.pages) {
    for (const one of page.imports) if (!byId.has(one.id)) byId.set(one.id, one);
  }
  return [...byId.values()];
}

import type { Request, Response } from 'express';

/** The paging fields that a list may have. */
interface Paged {
  page?: unknown;
  pages?: unknown;
  next_cursor?: unknown;
}

const isPaged = (body: unknown): body is Paged => typeof body === 'object' && body !== null;

/** The addresses of the pages around this one, by relation (RFC 8288). */
function linksOf(body: Paged, at: (change: Record<string, string>) => string): Record<string, string> {
  const { page, pages, next_cursor: cursor } = body;
  const links: Record<string, string> = {};
  if (typeof page === 'number' && typeof pages === 'number') {
    const last = Math.max(pages, 1);
    const to = (number: number): string => at({ page: String(number) });
    links['first'] = to(1);
    if (page > 1) links['prev'] = to(Math.min(page - 1, last));
    if (page < last) links['next'] = to(page + 1);
    links['last'] = to(last);
  } else if (typeof cursor === 'string' || typeof cursor === 'number') {
    links['next'] = at({ cursor: String(cursor) });
  }
  return links;
}

/** Has the answer of a list say where its other pages are. @param base what links begin with */
export function linkPages(req: Request, res: Response, base: string): void {
  const json = res.json.bind(res);
  res.json = (body: unknown) => {
    if (isPaged(body)) {
      const links = linksOf(body, (change) => {
        const url = new URL(req.originalUrl, 'http://localhost');
        url.searchParams.delete('page');
        for (const [name, value] of Object.entries(change)) url.searchParams.set(name, value);
        return `${base}${url.pathname}${url.search}`;
      });
      // A list that knows a better way on has said so.
      if (res.hasHeader('Link')) delete links['next'];
      if (Object.keys(links).length > 0) res.links(links);
    }
    return json(body);
  };
}

/** The paging fields of a list. */
export function pages(
  query: { page: number; limit: number },
  total: number,
): { total: number; page: number; pages: number; page_size: number } {
  return { total, page: query.page, pages: Math.ceil(total / query.limit), page_size: query.limit };
}

/** A foreign key between two tables that belong to tenants. */
export interface Reference {
  from: string;
  column: string;
  to: string;
  nullable: boolean;
}

export interface RemovalOrder {
  /** Columns that are emptied first, because tables point at each other through them. */
  cut: Reference[];
  /** Tables, each before all that it points at. */
  tables: string[];
}

/**
 * In which order rows can be deleted without any of them pointing at nothing.
 * @throws Error where tables point at each other through columns that must not be empty
 */
export function removalOrder(tables: readonly string[], references: readonly Reference[]): RemovalOrder {
  const cut = references.filter(({ from, to, nullable }) => from === to && nullable);
  let open = references.filter(({ from, to }) => from !== to);
  const left = new Set(tables);
  const order: string[] = [];
  while (left.size > 0) {
    const free = [...left].filter((table) => !open.some(({ to }) => to === table)).sort();
    if (free.length > 0) {
      order.push(...free);
      for (const table of free) left.delete(table);
      open = open.filter(({ from }) => left.has(from));
      continue;
    }
    const loose = open.find(({ nullable, from, to }) => nullable && left.has(from) && left.has(to));
    if (loose === undefined) throw new Error(`Tables point at each other: ${[...left].join(', ')}.`);
    cut.push(loose);
    open = open.filter((reference) => reference !== loose);
  }
  return { cut, tables: order };
}

const WIDTHS = [
  [3, 2, 4, 3, 3],
  [4, 3, 3, 2, 3],
  [2, 3, 4, 4, 2],
] as const;

/** Grey rows in the shape of what is on its way. */
export function SkeletonRows({ rows }: { rows: number }) {
  return (
    <div aria-hidden className="space-y-1.5">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: fixed rows without identity
        <div key={row} className="flex h-28 gap-1.5 sm:h-46">
          {(WIDTHS[row % WIDTHS.length] ?? WIDTHS[0]).map((grow, column) => (
            <div
              // biome-ignore lint/suspicious/noArrayIndexKey: fixed tiles without identity
              key={column}
              className="skeleton h-full rounded-md"
              style={{ flexGrow: grow, flexBasis: 0 }}
            />
          ))}
        </div>
      ))}
    </div>
  );
}

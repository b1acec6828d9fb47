import { type Gate, judge, type Line } from './benchmark.ts';

const SIGN = { 'at-least': '≥', 'at-most': '≤' } as const;

function figure(value: number, unit: Gate['unit']): string {
  const digits =
    unit === 'SSIM' ? 4 : unit === '×' || unit === 's' || unit === 'dB' ? 2 : value < 100 ? 1 : 0;
  return unit === '×' ? `${value.toFixed(digits)}×` : `${value.toFixed(digits)} ${unit}`;
}

function cells(line: Line): string[] {
  const { gate, value } = line;
  const unit = gate?.unit ?? '×';
  return [
    line.id,
    line.what,
    line.ours,
    line.peer,
    value === null ? '' : figure(value, unit),
    gate === null ? '' : `${SIGN[gate.kind]} ${figure(gate.limit, unit)}`,
    judge(line),
    gate?.suspended === undefined ? line.note : `${gate.suspended}; ${line.note}`,
  ];
}

/** One readable table: figures side by side, the verdict, and a note that says what was counted. */
export function formatTable(lines: readonly Line[]): string {
  const rows = [['id', 'what', 'ours', 'peer', 'figure', 'gate', 'verdict', 'note'], ...lines.map(cells)];
  // The note is last and may be long: nothing is padded to it.
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

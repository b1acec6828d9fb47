export type Cell = string | number | boolean | null;

/** One line of RFC 4180, for programs: nothing is put in front of texts that a spreadsheet would run as a formula. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

/** The same for people, who open it with a spreadsheet: such texts get an apostrophe in front. */
export function spreadsheetLine(cells: readonly Cell[]): string {
  return csvLine(
    cells.map((cell) => (typeof cell === 'string' && /^\s*[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell)),
  );
}

function csvCell(cell: Cell): string {
  if (cell === null) return '';
  const text = String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

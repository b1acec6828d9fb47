import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';

export type Cell = string | number | null;

/** RFC 4180. Texts that a spreadsheet would run as a formula get an apostrophe in front. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = /^[\s]*[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Sends a file that is made while it is sent. Its lines are made when the client has taken those before, so that memory
 * does not grow with their number, and no longer when it goes.
 */
export async function sendLines(
  res: Response,
  lines: AsyncGenerator<string>,
  { type, fileName }: { type: string; fileName: string },
): Promise<void> {
  // What is wrong with the query or the database shows before the first byte, as a problem and not as a cut file.
  const first = await lines.next();
  // In this order: the name alone would make the type, and knows few.
  res.attachment(fileName);
  res.type(type);
  const all = (async function* () {
    if (!first.done) yield first.value;
    yield* lines;
  })();
  await pipeline(Readable.from(all, { objectMode: false, highWaterMark: 1 << 16 }), res).catch(
    (error: NodeJS.ErrnoException) => {
      // The client went away; there is nobody to tell.
      if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
    },
  );
}

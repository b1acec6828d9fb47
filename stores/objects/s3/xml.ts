import { Parser } from 'htmlparser2';

/** What an answer of the store says, as far as it is flat. */
export interface Xml {
  /** Name of the outermost element; empty when there is none. */
  root: string;
  /** Texts of the elements right below it. */
  fields: ReadonlyMap<string, string>;
  /** Texts within each element of the name that was asked for. */
  rows: ReadonlyMap<string, string>[];
}

/** Reads the small documents of the S3 protocol; deeper elements are passed over. */
export function readXml(text: string, row = ''): Xml {
  const path: string[] = [];
  const fields = new Map<string, string>();
  const rows: Map<string, string>[] = [];
  let root = '';
  let said = '';
  const parser = new Parser(
    {
      onopentag(name) {
        root ||= name;
        path.push(name);
        said = '';
        if (path.length === 2 && name === row) rows.push(new Map());
      },
      ontext(data) {
        said += data;
      },
      onclosetag(name) {
        if (path.length === 2) fields.set(name, said);
        if (path.length === 3 && path[1] === row) rows.at(-1)?.set(name, said);
        path.pop();
        said = '';
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  parser.end(text);
  return { root, fields, rows };
}

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { english } from '../../web/src/words/english.ts';
import { german } from '../../web/src/words/german.ts';
import { languageFor } from '../../web/src/words/languages.ts';

const SOURCES = path.resolve(import.meta.dirname, '../../web/src');
/** Attributes whose text people see or hear. */
const SPOKEN = new Set(['alt', 'aria-label', 'aria-description', 'intro', 'label', 'placeholder', 'title']);
/** Rooms whose texts are not in the catalogue yet. */
const LATER: readonly string[] = [];

describe('the texts of the page', () => {
  it('are there in both languages, of the same kind, and none is empty', () => {
    const shape = (words: unknown, at = ''): string[] =>
      typeof words === 'object' && words !== null
        ? Object.entries(words).flatMap(([key, value]) => shape(value, `${at}.${key}`))
        : [`${at} ${typeof words} ${words === '' ? 'empty' : ''}`];
    assert.deepEqual(shape(german), shape(english));
    assert.ok(shape(english).length > 100);
    assert.deepEqual(
      shape(english).filter((line) => line.endsWith('empty')),
      [],
    );
  });

  it('stand in the catalogue, and not between the tags', () => {
    const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.tsx') && !LATER.includes(file.split(path.sep)[0]!),
    );
    assert.ok(files.length > 30);
    assert.deepEqual(
      files.flatMap((file) =>
        textsIn(readFileSync(path.join(SOURCES, file), 'utf8')).map((text) => `${file}: ${text}`),
      ),
      [],
    );
    assert.deepEqual(textsIn('const a = <p title="Oh">Text {1} · <b>API</b></p>;'), ['Oh', 'Text']);
  });

  it('are those of the first language that the browser wishes for and the page speaks', () => {
    assert.equal(languageFor(['fr-FR', 'de-AT', 'en']), 'de');
    assert.equal(languageFor(['fr']), 'en');
    assert.equal(languageFor(['en-GB', 'de']), 'en');
  });
});

/** Names that are the same in every language. */
const NAMES = new Set(['API', 'Tributary']);

function textsIn(source: string): string[] {
  const found: string[] = [];
  const note = (text: string): void => {
    const said = text.trim();
    if (/\p{L}{2}/u.test(said) && !NAMES.has(said)) found.push(said);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isJsxText(node)) note(node.text);
    if (
      ts.isJsxAttribute(node) &&
      SPOKEN.has(node.name.getText()) &&
      node.initializer !== undefined &&
      ts.isStringLiteral(node.initializer)
    )
      note(node.initializer.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('page.tsx', source, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX));
  return found;
}

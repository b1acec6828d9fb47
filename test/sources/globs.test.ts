import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createFilter, createGlob } from '../../sources/globs.ts';

describe('name patterns', () => {
  const rows: readonly [string, string[], string[]][] = [
    ['*.jpg', ['a.jpg', 'A.JPG', 'x/y/a.Jpg', '.jpg'], ['a.jpeg', 'a.jpg.txt', 'jpg']],
    ['IMG_????.JPG', ['IMG_0001.JPG', 'DCIM/img_0001.jpg'], ['IMG_001.JPG', 'IMG_00001.JPG']],
    ['100RECNX/*', ['100RECNX/a.jpg'], ['100RECNX/a/b.jpg', 'x/100RECNX/a.jpg']],
    ['100RECNX/**', ['100RECNX/a.jpg', '100RECNX/a/b.jpg'], ['x/100RECNX/a.jpg']],
    [
      '**/100RECNX/*',
      ['100RECNX/a.jpg', 'x/100RECNX/a.jpg', 'x/y/100recnx/a.jpg'],
      ['x100RECNX/a.jpg', '100RECNX/x/a.jpg'],
    ],
    ['**/*.jpg', ['a.jpg', 'x/a.jpg', 'x/y/a.jpg'], ['a.png']],
    ['/a.jpg', ['a.jpg'], ['x/a.jpg']],
    ['./x/a.jpg', ['x/a.jpg'], ['a.jpg']],
    ['a/**/z', ['a/z', 'a/b/z', 'a/b/c/z'], ['az', 'a/bz']],
    ['*', ['a', 'x/a'], []],
    ['x.*', ['x.a.b'], ['y']],
    ['😀?.jpg', ['😀😀.jpg'], ['😀.jpg']],
    ['a+(b).[c]{d}|^$\\', ['a+(b).[c]{d}|^$\\'], ['aab.cd', 'a']],
  ];

  it('match what they say and nothing else', () => {
    for (const [pattern, yes, no] of rows) {
      const match = createGlob(pattern);
      for (const path of yes) assert.equal(match(path), true, `${pattern} ~ ${path}`);
      for (const path of no) assert.equal(match(path), false, `${pattern} ~ ${path}`);
    }
  });

  it('agree with a plain reading of them', () => {
    const alphabet = fc.constantFrom('a', 'b', '/', '*', '?', '**', '**/');
    const pattern = fc.array(alphabet, { minLength: 1, maxLength: 8 }).map((parts) => `x/${parts.join('')}`);
    const path = fc
      .array(fc.constantFrom('a', 'b', '/'), { maxLength: 10 })
      .map((parts) => `x/${parts.join('')}`);
    // Bounded input, so that an ordinary regular expression may be the judge.
    const judge = (text: string) =>
      new RegExp(
        `^${text.replace(/\*\*\/|\*\*|\*|\?|[.]/g, (part) => ({ '**/': '(?:(?<=^|/)|[^]*/)', '**': '[^]*', '*': '[^/]*', '?': '[^/]' })[part] ?? `\\${part}`)}$`,
      );
    fc.assert(
      fc.property(pattern, path, (glob, text) => {
        assert.equal(createGlob(glob)(text), judge(glob).test(text), `${glob} ~ ${text}`);
      }),
      { numRuns: 5_000 },
    );
  });

  it('filter by what is wanted and what is not', () => {
    const wanted = createFilter(['*.jpg', '*.png'], ['thumbs/**', '*_small.*']);
    const paths = ['a.jpg', 'b.png', 'c.gif', 'thumbs/a.jpg', 'x/a_small.jpg', 'x/thumbs/a.jpg'];
    assert.deepEqual(paths.filter(wanted), ['a.jpg', 'b.png', 'x/thumbs/a.jpg']);
    assert.deepEqual(paths.filter(createFilter([], [])), paths);
  });

  it('are refused when they are empty or endless', () => {
    for (const pattern of ['', '  ', 'x'.repeat(257)]) assert.throws(() => createGlob(pattern), /pattern/);
  });
});

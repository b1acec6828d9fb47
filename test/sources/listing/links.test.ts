import assert from 'node:assert/strict';
import { index, parse } from './pages.ts';

/** Links that are no entries, and how they are counted. */
const IGNORED: readonly [string, 'offHost' | 'other'][] = [
  // Other hosts and schemes.
  ['http://evil/x.jpg', 'offHost'],
  ['//evil/x.jpg', 'offHost'],
  ['\\\\evil\\x.jpg', 'offHost'],
  ['/\\evil/x.jpg', 'offHost'],
  ['https://h:81/cam1/x.jpg', 'offHost'],
  ['http://h/cam1/x.jpg', 'offHost'],
  ['http://h:82/cam1/x.jpg', 'offHost'],
  ['http://h.evil:81/cam1/x.jpg', 'offHost'],
  ['javascript:alert(1)', 'offHost'],
  [' \t\njavascript:alert(1)', 'offHost'],
  ['java\tscript:alert(1)', 'offHost'],
  ['\u0001javascript:alert(1)', 'offHost'],
  ['data:text/html,x', 'offHost'],
  ['mailto:x@y', 'offHost'],
  ['file:///etc/passwd', 'offHost'],
  ['ftp://h/cam1/x.jpg', 'offHost'],
  ['http://h:81@evil/cam1/x.jpg', 'offHost'],
  // Credentials in the link.
  ['http://u:p@h:81/cam1/x.jpg', 'other'],
  // Up, out, self.
  ['..', 'other'],
  ['../', 'other'],
  ['.', 'other'],
  ['./', 'other'],
  ['/', 'other'],
  ['', 'other'],
  ['../cam1/', 'other'],
  ['../../etc/passwd', 'other'],
  ['%2e%2e/', 'other'],
  ['%2e%2e/x.jpg', 'other'],
  ['.%2e/x.jpg', 'other'],
  ['%2E', 'other'],
  ['/cam1', 'other'],
  ['/cam1/', 'other'],
  ['/cam2/x.jpg', 'other'],
  ['/x.jpg', 'other'],
  ['/cam1x.jpg', 'other'],
  ['..\\..\\x', 'other'],
  // More than one segment.
  ['a/b.jpg', 'other'],
  ['a//', 'other'],
  ['a\\b.jpg', 'other'],
  ['/cam1/a/b.jpg', 'other'],
  ['//', 'other'],
  // Navigation.
  ['?C=M;O=D', 'other'],
  ['?', 'other'],
  ['x.jpg?download=1', 'other'],
  ['#f', 'other'],
  ['x.jpg#f', 'other'],
  ['http://[', 'other'],
  ['http://h:99999/', 'other'],
];

const TAKEN: readonly [string, string, 'file' | 'directory'][] = [
  ['x.jpg', 'x.jpg', 'file'],
  ['./x.jpg', 'x.jpg', 'file'],
  ['  x.jpg\n', 'x.jpg', 'file'],
  ['/cam1/x.jpg', 'x.jpg', 'file'],
  ['http://h:81/cam1/x.jpg', 'x.jpg', 'file'],
  ['HTTP://H:81/cam1/x.jpg', 'x.jpg', 'file'],
  ['//h:81/cam1/x.jpg', 'x.jpg', 'file'],
  ['../cam1/x.jpg', 'x.jpg', 'file'],
  ['/%63am1/x.jpg', 'x.jpg', 'file'],
  ['sub/', 'sub', 'directory'],
  ['./a:b.jpg', 'a:b.jpg', 'file'],
  ['pct%2520lit.jpg', 'pct%20lit.jpg', 'file'],
  ['a%20b+c&d.jpg', 'a b+c&d.jpg', 'file'],
  ['%3fC=M;O=D', '?C=M;O=D', 'file'],
  ['f%C3%BCr.jpg', 'für.jpg', 'file'],
  ['für.jpg', 'für.jpg', 'file'],
  ['caf%e9.jpg', 'caf%e9.jpg', 'file'],
  ['100%.jpg', '100%.jpg', 'file'],
  ['%2e%2e%2e', '...', 'file'],
  ['...', '...', 'file'],
  ['.htaccess', '.htaccess', 'file'],
  ['-rf', '-rf', 'file'],
  ['con', 'con', 'file'],
  ['=cmd()', '=cmd()', 'file'],
  ['%22%3E%3Cimg%20onerror%3E', '"><img onerror>', 'file'],
  ['%E2%80%AEgpj.exe', '\u202Egpj.exe', 'file'],
  ['%F0%9F%98%80.jpg', '😀.jpg', 'file'],
  [`${'n'.repeat(300)}.jpg`, `${'n'.repeat(300)}.jpg`, 'file'],
];

/** Decoded, they hold a slash, a backslash or a control character. */
const BAD = [
  'a%2f..%2f..%2fetc',
  '..%2fetc',
  'a%5c..%5c',
  'nul%00.jpg',
  'nl%0d%0aSet-Cookie:x',
  'esc%1b[31m',
  'del%7f',
  '%C2%85',
  '%E2%80%A8',
  'a\tb.jpg',
  '%2f',
  'x%2F/',
];

const attribute = (value: string) => value.replaceAll('&', '&amp;').replaceAll('"', '&quot;');

describe('links of a listing', () => {
  it(`ignores ${IGNORED.length} of ${IGNORED.length} that lead elsewhere`, async () => {
    for (const [href, counted] of IGNORED) {
      const { entries, ignored } = await parse(index(`<a href="${attribute(href)}">x</a>`));
      assert.deepEqual(entries, [], href);
      assert.deepEqual(ignored, { offHost: 0, other: 0, [counted]: href === '' ? 0 : 1 }, href);
    }
  });

  it(`takes ${TAKEN.length} of ${TAKEN.length} that lead to an entry, by the link and never by its text`, async () => {
    for (const [href, name, kind] of TAKEN) {
      const { entries } = await parse(index(`<a href="${attribute(href)}">another text</a>`));
      assert.deepEqual(
        entries.map((entry) => [entry.name, entry.kind, entry.skip]),
        [[name, kind, undefined]],
        href,
      );
      assert.ok(entries[0]?.url.startsWith('http://h:81/cam1/'), entries[0]?.url);
    }
  });

  it(`records ${BAD.length} of ${BAD.length} names that no path may hold, in a form that is safe to show`, async () => {
    for (const href of BAD) {
      const { entries } = await parse(index(`<a href="${attribute(href)}">x</a>`));
      assert.equal(entries[0]?.skip, 'bad_name', href);
      assert.match(entries[0]?.name ?? '', /^[\x21-\x7e]+$/, href);
      assert.doesNotMatch(entries[0]?.name ?? '', /[/\\]/, href);
    }
  });

  it('names each URL once, and tells apart what only looks alike', async () => {
    const links = [
      'x.jpg',
      './x.jpg',
      '/cam1/x.jpg',
      'X.jpg',
      'x.jpg.',
      'x.jpg%20',
      'e%CC%81',
      '%C3%A9',
      'x',
      'x/',
    ];
    const { entries } = await parse(index(links.map((href) => `<a href="${href}">x</a>`).join('\n')));
    assert.deepEqual(
      entries.map((entry) => entry.name),
      ['x.jpg', 'X.jpg', 'x.jpg.', 'x.jpg ', 'e\u0301', '\u00e9', 'x', 'x'],
    );
  });

  it('pays no attention to base, refresh and frames', async () => {
    const page = `<base href="http://evil/"><meta http-equiv="refresh" content="0;url=http://evil/"><iframe src="y.jpg"></iframe>${index('<a href="x.jpg">x</a>')}`;
    const { entries } = await parse(page);
    assert.deepEqual(
      entries.map((entry) => entry.url),
      ['http://h:81/cam1/x.jpg'],
    );
  });

  it('holds plain names of JSON and XML to the same rules', async () => {
    const names = [
      'ok.jpg',
      '../up',
      '..',
      '.',
      '',
      'a/b',
      'a\\b',
      'nl\n',
      'q?x#y',
      '%2e%2e',
      '\ud800',
      'javascript:x',
      'http://evil/',
    ];
    const json = await parse(
      JSON.stringify(names.map((name) => ({ name, type: 'file', size: 1 }))),
      'application/json',
    );
    const good = ['ok.jpg', 'q?x#y', '%2e%2e', '\ufffd', 'javascript:x'];
    assert.deepEqual(
      json.entries.filter((entry) => !entry.skip).map((entry) => entry.name),
      good,
    );
    for (const { url, skip, name } of json.entries) {
      if (!skip) assert.equal(new URL(url).href, `http://h:81/cam1/${encodeURIComponent(name)}`);
      else assert.match(name, /^[\x21-\x7e]+$/);
    }
    const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    const files = names.slice(0, -3).map((name) => `<file size="1">${escaped(name)}</file>`);
    const xml = await parse(`<?xml version="1.0"?><list>${files.join('')}</list>`, 'text/xml');
    assert.deepEqual(
      xml.entries.filter((entry) => !entry.skip).map((entry) => entry.name),
      ['ok.jpg', 'q?x#y', '%2e%2e'],
    );
  });

  it('holds the ready-made URLs of Caddy to the rules of links', async () => {
    const element = (url: string) => ({
      name: 'x',
      url,
      size: 1,
      is_dir: false,
      mod_time: '2021-05-31T08:25:38Z',
    });
    const urls = ['./a.jpg', '../up.jpg', 'http://evil/x', './b%2fc', './sub/'];
    for (const body of [
      urls.map(element),
      { items: urls.map(element) },
      { path: '/', items: urls.map(element), more: [1] },
    ]) {
      const { entries, ignored } = await parse(JSON.stringify(body), 'application/json');
      assert.deepEqual(
        entries.map((entry) => [entry.name, entry.kind, entry.skip]),
        [
          ['a.jpg', 'file', undefined],
          ['b%2fc', 'file', 'bad_name'],
          ['sub', 'directory', undefined],
        ],
      );
      assert.deepEqual(ignored, { offHost: 1, other: 1 });
    }
  });
});

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');
const INDEX = 'docs/README.md';

const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...readdirSync(path.join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

const textOf = (page: string): string => readFileSync(path.join(ROOT, page), 'utf8');

/** Without what is shown as code, which has brackets of its own. */
const prose = (text: string): string => text.replace(/```[\s\S]*?```/g, '').replace(/`[^`\n]*`/g, '');

const linksOf = (page: string): string[] =>
  [...prose(textOf(page)).matchAll(/\]\(([^()\s]+)\)/g)].map(([, target]) => target ?? '');

/** What GitHub calls a heading. */
const anchorsOf = (page: string): Set<string> =>
  new Set(
    [...textOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
      (heading ?? '')
        .toLowerCase()
        .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );

/** @returns why a link leads nowhere; `null`: it leads somewhere, or out of here */
function fault(page: string, target: string): string | null {
  if (/^[a-z]+:/.test(target)) return null;
  const [file = '', anchor] = target.split('#');
  const to = file === '' ? page : path.posix.join(path.posix.dirname(page), file);
  if (!existsSync(path.join(ROOT, to))) return `${page}: ${target}`;
  if (anchor === undefined || !to.endsWith('.md') || anchorsOf(to).has(anchor)) return null;
  return `${page}: ${target} (no such heading)`;
}

describe('the documentation', () => {
  it('has no link that leads nowhere', () => {
    const dead = PAGES.flatMap((page) => linksOf(page).flatMap((target) => fault(page, target) ?? []));
    assert.deepEqual(dead, []);
    assert.match(fault(INDEX, 'nowhere.md') ?? '', /nowhere/, 'this test can fail');
    assert.match(fault(INDEX, 'audit.md#nothing') ?? '', /no such heading/);
  });

  it('has every page in its index', () => {
    const listed = new Set(linksOf(INDEX).map((target) => `docs/${target}`));
    const missing = PAGES.filter((page) => page.startsWith('docs/') && page !== INDEX && !listed.has(page));
    assert.deepEqual(missing, []);
    assert.ok(linksOf('README.md').includes(INDEX), 'and the index is found from the first page');
  });
});

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');

interface Locked {
  version?: string;
  license?: string;
  dev?: boolean;
  optional?: boolean;
  devOptional?: boolean;
}

interface Sbom {
  bomFormat: string;
  specVersion: string;
  components: { name: string; version: string; purl: string; licenses?: unknown[] }[];
  dependencies: { ref: string; dependsOn: string[] }[];
}

/** Licences that ask for nothing but to be named. */
const FREE = new Set([
  ...['0BSD', 'Apache-2.0', 'BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'CC0-1.0', 'ISC', 'MIT'],
  'Unlicense',
]);

/** Packages whose lock entry does not name the licence that the package itself does. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  '@shinyoshiaki/jspack': 'BSD-3-Clause',
  buildcheck: 'MIT',
  busboy: 'MIT',
  'combine-errors': 'MIT',
  'cpu-features': 'MIT',
  ssh2: 'MIT',
  streamsearch: 'MIT',
  unionfs: 'Unlicense',
};

const lock = JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, Locked>;
};
/** What is installed where Tributary runs. */
const shipped = Object.entries(lock.packages)
  .filter(([place, { dev }]) => place !== '' && !dev)
  .map(([place, locked]) => ({ name: place.replace(/^.*node_modules\//, ''), ...locked }));

describe('what is shipped with it', function () {
  this.timeout(120_000);

  it('has licences that ask for nothing, but for what docs/supply-chain.md explains', () => {
    const page = readFileSync(path.join(ROOT, 'docs/supply-chain.md'), 'utf8');
    const explained = new Map(
      [...page.matchAll(/^\| `([^`]+)`\s*\| ([^|]+?)\s*\|/gm)].map(([, name, licence]) => [name, licence]),
    );
    const strange = new Map<string, string>();
    for (const { name, license, optional } of shipped) {
      // Binaries for other platforms, whose entries say nothing: as the one that is here.
      const named = license ?? ELSEWHERE[name] ?? (optional ? 'MIT' : 'none');
      const parts = named.replace(/[()]/g, '').split(/ (?:AND|OR) /);
      const isFree = / OR /.test(named)
        ? parts.some((one) => FREE.has(one))
        : parts.every((one) => FREE.has(one));
      const demanding = parts.filter((one) => !FREE.has(one)).join(', ');
      if (!isFree) strange.set(name.replace(/^(@img\/sharp(?:-libvips)?)-.*$/, '$1-*'), demanding);
    }
    for (const [name, licence] of strange)
      assert.equal(explained.get(name), licence, `${name} (${licence}) is not explained`);
    for (const name of explained.keys())
      assert.ok(
        strange.has(name ?? '') || shipped.some((one) => one.name === name),
        `${name} is explained and not there`,
      );
    assert.ok(strange.size >= 2, 'the libraries of sharp and HEIC are not plain MIT');
  });

  it('has a bill of materials with every package of it', () => {
    const sbom = JSON.parse(
      execFileSync('npm', ['sbom', '--sbom-format=cyclonedx', '--package-lock-only', '--loglevel=error'], {
        cwd: ROOT,
        encoding: 'utf8',
        maxBuffer: 1 << 26,
      }),
    ) as Sbom;
    assert.equal(sbom.bomFormat, 'CycloneDX');
    assert.ok(sbom.dependencies.length > 100);
    const listed = new Set(sbom.components.map(({ name, version }) => `${name}@${version}`));
    const missing = shipped
      .map(({ name, version }) => `${name}@${version}`)
      .filter((one) => !listed.has(one));
    assert.deepEqual(missing, []);
    for (const { purl } of sbom.components) assert.match(purl, /^pkg:npm\//);
  });
});

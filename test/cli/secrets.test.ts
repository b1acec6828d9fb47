import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** What secrets look like that have a look of their own. */
const SECRETS: Readonly<Record<string, RegExp>> = {
  'private key': /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s*[A-Za-z0-9+/=\s]{64}/,
  'AWS access key': /\b(?:AKIA|ASIA)(?!.{0,16}EXAMPLE)[A-Z0-9]{16}\b/,
  'Google API key': /\bAIza[0-9A-Za-z_-]{35}\b/,
  'Google OAuth secret': /\bGOCSPX-[0-9A-Za-z_-]{28}\b/,
  'GitHub token': /\b(?:gh[pousr]_[0-9A-Za-z]{36}|github_pat_[0-9A-Za-z_]{82})\b/,
  'GitLab token': /\bglpat-[0-9A-Za-z_-]{20}\b/,
  'Slack token': /\bxox[abprs]-[0-9A-Za-z-]{20,}\b/,
  'npm token': /\bnpm_[0-9A-Za-z]{36}\b/,
  'Dropbox token': /\bsl\.(?:u\.)?[0-9A-Za-z_-]{120,}/,
  'Stripe key': /\bsk_live_[0-9A-Za-z]{24,}\b/,
};

function secretsIn(text: string): string[] {
  return Object.entries(SECRETS).flatMap(([name, look]) => (look.test(text) ? [name] : []));
}

describe('the repository', () => {
  it('holds no secrets, and no .env', function () {
    let files: string[];
    try {
      files = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 26 })
        .split('\0')
        .filter(Boolean);
    } catch {
      // An archive of it; what lies around there is not ours to judge.
      this.skip();
    }
    assert.ok(files.length > 500);
    assert.deepEqual(
      files.filter((file) => /(^|\/)\.env($|\.(?!example$))/.test(file)),
      [],
    );
    const found: string[] = [];
    for (const file of files) {
      let bytes: Buffer;
      try {
        bytes = readFileSync(path.join(ROOT, file));
      } catch {
        continue; // Deleted, and not committed yet.
      }
      if (bytes.subarray(0, 8_000).includes(0)) continue;
      for (const name of secretsIn(bytes.toString('utf8'))) found.push(`${file}: ${name}`);
    }
    assert.deepEqual(found, []);
  });

  it('would be found out (this proves that the test above can fail)', () => {
    // Put together here, so that they stand in no file.
    const join = (...parts: string[]): string => parts.join('');
    const samples = [
      join('-----BEGIN RSA PRIVATE', ' KEY-----\n', 'MIIE'.repeat(20)),
      join('AK', 'IA', 'Q3EGRIBVDVC7TLPS'),
      join('AI', 'za', 'x'.repeat(35)),
      join('GOC', 'SPX-', 'x'.repeat(28)),
      join('gh', 'p_', 'a1'.repeat(18)),
      join('gl', 'pat-', 'x'.repeat(20)),
      join('xo', 'xb-', '1'.repeat(24)),
      join('np', 'm_', 'x'.repeat(36)),
      join('s', 'l.', 'x'.repeat(130)),
      join('sk', '_live_', 'x'.repeat(24)),
    ];
    assert.deepEqual(samples.flatMap(secretsIn), Object.keys(SECRETS));
    assert.deepEqual(secretsIn('AKIAIOSFODNN7EXAMPLE'), [], 'the one of the manuals');
  });
});

import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { pickError } from '../../cli/dev/errorLines.ts';
import { createPartLog } from '../../cli/dev/partLog.ts';
import { rotateWhenFull } from '../../cli/dev/rotate.ts';
import { scratchDir, until } from './scratch.ts';

describe('what of a part reaches the terminal', () => {
  const cases: [string, 'stdout' | 'stderr', string | null][] = [
    ['{"level":30,"msg":"fine"}', 'stdout', null],
    ['{"level":"warn","msg":"hm"}', 'stdout', null],
    ['{"level":50,"msg":"lost"}', 'stdout', 'lost'],
    ['{"level":"error","msg":"lost","err":{"message":"disk full"}}', 'stdout', 'lost: disk full'],
    ['{"level":"fatal","msg":"disk full","err":{"message":"disk full"}}', 'stdout', 'disk full'],
    ['{"no level":1}', 'stderr', null],
    ['{ not JSON', 'stderr', '{ not JSON'],
    ['{ not JSON', 'stdout', null],
    ['panic: it broke', 'stderr', 'panic: it broke'],
    ['just talking', 'stdout', null],
    ['(node:12) ExperimentalWarning: x', 'stderr', null],
    ['  ', 'stderr', null],
  ];
  for (const [line, stream, expected] of cases) {
    it(`${stream} ${JSON.stringify(line)}: ${expected ?? 'nothing'}`, () =>
      assert.equal(pickError(line, stream), expected));
  }
});

describe('the log of a part', () => {
  const dir = scratchDir('part-log-test');

  it('keeps every line, shows errors behind the name, and of a flood only the beginning', async () => {
    const shown: string[] = [];
    const log = createPartLog('api', path.join(dir, 'logs'), (line) => shown.push(line));
    const lines = Array.from({ length: 100 }, (_, n) => `{"level":50,"msg":"bad ${n}"}`);
    log.follow(Readable.from([`{"level":30,"msg":"good"}\n${lines.join('\n')}\n`]), 'stdout');
    await until(() => readFileSync(log.file, 'utf8').split('\n').length === 102, 'all lines are written');
    await turn();
    assert.equal(shown[0], '[api] bad 0');
    assert.equal(shown.length, 13);
    assert.match(shown[12] ?? '', /more in .*api\.log/);
    assert.equal(statSync(log.file).mode & 0o777, 0o600);
  });

  it('is moved aside when full, below a writer that holds it open', () => {
    const file = path.join(dir, 'full.log');
    writeFileSync(file, 'old '.repeat(100));
    rotateWhenFull(file, 10_000);
    assert.equal(statSync(file).size, 400);
    rotateWhenFull(file, 400);
    appendFileSync(file, 'new');
    assert.equal(readFileSync(file, 'utf8'), 'new');
    assert.equal(readFileSync(`${file}.1`, 'utf8'), 'old '.repeat(100));
    rotateWhenFull(path.join(dir, 'none.log'));
  });
});

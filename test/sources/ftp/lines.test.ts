import assert from 'node:assert/strict';
import { parseListLine, parseListTime } from '../../../sources/kinds/ftp/list.ts';
import { parseMlsdLine, parseMlsTime } from '../../../sources/kinds/ftp/mlsd.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const iso = (date: Date | null) => date?.toISOString() ?? null;

describe('lines of FTP listings', () => {
  const TIMES: [string, string | null][] = [
    ['May 31 2021', '2021-05-31T00:00:00.000Z'],
    ['Nov 20 11:59', '2026-11-20T11:59:00.000Z'],
    // A clock that is ahead, and the same day a year ago.
    ['Nov 21 11:00', '2026-11-21T11:00:00.000Z'],
    ['Nov 22 13:00', '2025-11-22T13:00:00.000Z'],
    ['Feb 29 10:00', null],
    ['Feb 30 2024', null],
    ['2021-05-31 08:25', '2021-05-31T08:25:00.000Z'],
    ['05-31-21 08:25AM', '2021-05-31T08:25:00.000Z'],
    ['05-31-99 12:05AM', '1999-05-31T00:05:00.000Z'],
    ['05-31-2021 08:25PM', '2021-05-31T20:25:00.000Z'],
    ['05-31-2021 20:25', '2021-05-31T20:25:00.000Z'],
    ['13-31-2021 20:25', null],
    ['Mai 31 2021', null],
    ['rubbish', null],
  ];
  for (const [text, expected] of TIMES) {
    it(`reads the time ${text}`, () => assert.equal(iso(parseListTime(text, NOW)), expected));
  }

  it('reads times of the turn of the year in January', () => {
    assert.equal(
      iso(parseListTime('Dec 31 23:59', Date.parse('2026-01-01T00:30:00Z'))),
      '2025-12-31T23:59:00.000Z',
    );
    assert.equal(
      iso(parseListTime('Jan 1 00:10', Date.parse('2025-12-31T23:50:00Z'))),
      '2026-01-01T00:10:00.000Z',
    );
  });

  it('reads lines as ls writes them', () => {
    const line = parseListLine(
      '-rw-r--r--    1 0        0          123456 May 31  2021  two  leading "\' spaces ',
      NOW,
    );
    assert.deepEqual(line, {
      name: ' two  leading "\' spaces ',
      kind: 'file',
      target: null,
      size: 123_456,
      modifiedAt: new Date('2021-05-31T00:00:00Z'),
      changed: '2021-05-31T00:00',
    });
    assert.equal(parseListLine('drwxr-xr-x 2 ftp ftp 4096 Nov 20 08:25 DCIM', NOW)?.kind, 'directory');
    const link = parseListLine('lrwxrwxrwx 1 0 0 5 Nov 20 08:25 a.jpg -> ../b.jpg', NOW);
    assert.deepEqual([link?.kind, link?.name, link?.target], ['link', 'a.jpg', '../b.jpg']);
  });

  it('reads lines as DOS writes them', () => {
    const file = parseListLine('05-31-21  08:25AM               123456 my photo.jpg', NOW);
    assert.deepEqual([file?.name, file?.kind, file?.size], ['my photo.jpg', 'file', 123_456]);
    assert.equal(file?.changed, '2021-05-31T08:25');
    const directory = parseListLine('05-31-21  08:25AM       <DIR>          DCIM', NOW);
    assert.deepEqual([directory?.name, directory?.kind], ['DCIM', 'directory']);
  });

  it('reads lines of MLSD', () => {
    assert.deepEqual(
      parseMlsdLine('Type=file;Size=5;Modify=20210531082538.25;UNIX.mode=0644;  a; b=c.jpg '),
      {
        name: ' a; b=c.jpg ',
        kind: 'file',
        target: null,
        size: 5,
        modifiedAt: new Date('2021-05-31T08:25:38.250Z'),
        changed: '20210531082538.25',
      },
    );
    assert.equal(parseMlsdLine('type=dir;modify=20210531082538; DCIM')?.kind, 'directory');
    assert.equal(parseMlsdLine('type=OS.unix=slink:/etc/passwd; a.jpg')?.target, '/etc/passwd');
    assert.equal(parseMlsdLine('type=OS.unix=symlink; a.jpg')?.kind, 'link');
    for (const left of [
      'type=cdir; .',
      'type=pdir; ..',
      'type=OS.unix=chr-13/29; null',
      'nonsense',
      'type=file; ',
    ])
      assert.equal(parseMlsdLine(left), null, left);
  });

  it('takes sizes and times that are none for unknown', () => {
    const line = parseMlsdLine('type=file;size=-5;modify=yesterday; a.jpg');
    assert.deepEqual([line?.size, line?.modifiedAt, line?.changed], [null, null, 'yesterday']);
    for (const text of ['', '2021', '20219931082538x', '99999999999999999'])
      assert.equal(parseMlsTime(text), null);
    assert.equal(parseMlsdLine('type=file;size=99999999999999999999; a.jpg')?.size, null);
  });

  it('leaves devices, pipes and rubbish out, in no time', () => {
    for (const line of [
      'crw-rw-rw- 1 0 0 1, 3 Nov 20 08:25 null',
      'prw-r--r-- 1 0 0 0 Nov 20 08:25 pipe',
      ' leading.jpg',
      'total 12',
      '-rw-r--r--',
      '',
      `-rw-r--r-- 1 ${'a '.repeat(50_000)}`,
      '='.repeat(100_000),
      `${'1'.repeat(100_000)}`,
    ]) {
      const from = performance.now();
      assert.equal(parseListLine(line, NOW), null, line.slice(0, 50));
      assert.equal(parseMlsdLine(line), null, line.slice(0, 50));
      assert.ok(performance.now() - from < 500, line.slice(0, 50));
    }
  });
});

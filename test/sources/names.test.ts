import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { isNotAnImageByName, isSafeName } from '../../sources/names.ts';

const MANIFEST = path.resolve(import.meta.dirname, '../../../shared/corpus/manifest.tsv');

describe('names', () => {
  it('leaves alone what is certainly no image', () => {
    const left =
      'a.txt A.TXT b.tsv c.csv d.json e.xml f.html g.md h.pdf i.zip j.tar k.tar.gz l.mp4 m.MOV n.avi o.mp3 p.wav q.exe r.db s.ini t.log u.doc v.docx';
    for (const name of [
      ...left.split(' '),
      '._IMG_0001.JPG',
      'Thumbs.db',
      '.DS_Store',
      'desktop.ini',
      'a.jpg.part',
    ]) {
      assert.equal(isNotAnImageByName(name), true, name);
    }
  });

  it('looks at everything else', () => {
    const all =
      'a.jpg b.JPEG c.png d.webp e.gif f.tif g.TIFF h.avif i.heic j.heif k.svg l.bmp m.psd n.tga o.fli p.pbm q.ico r.dng s.cr2 t.nef u.apng v.jxl w.btf';
    for (const name of [
      ...all.split(' '),
      'none',
      '',
      '.',
      '.jpg',
      '.txt',
      'txt',
      'a.',
      'a.xyz',
      'Thumbs.db.jpg',
      'x.txt.jpg',
      '_.jpg',
      '.hidden',
    ]) {
      assert.equal(isNotAnImageByName(name), false, name);
    }
  });

  it('looks at every file of the corpus, also at those that end as rejected', function () {
    if (!fs.existsSync(MANIFEST)) return this.skip();
    const rows = fs.readFileSync(MANIFEST, 'utf8').trim().split('\n').slice(1);
    assert.ok(rows.length > 900);
    for (const row of rows) {
      const [name = '', , , , , , , origin = ''] = row.split('\t');
      assert.equal(isNotAnImageByName(name), false, row);
      if (/\treject\t/.test(row)) assert.equal(isNotAnImageByName(path.basename(origin)), false, row);
    }
  });

  it('follows any name that is one path segment without control characters', () => {
    const odd = [
      'a',
      '-rf',
      '...',
      '. .',
      'con',
      'a b',
      '"><img>',
      '\u202Ex',
      '😀',
      'e\u0301',
      '~',
      '$(x)',
      '%2f',
      'n'.repeat(5_000),
    ];
    for (const name of odd) assert.equal(isSafeName(name), true, name);
    const bad = [
      '',
      '.',
      '..',
      'a/b',
      '/',
      'a\\b',
      'a\0',
      '\n',
      'a\r',
      '\t',
      '\x1b[31m',
      '\x7f',
      '\x85',
      '\u2028',
      '\u2029',
    ];
    for (const name of bad) assert.equal(isSafeName(name), false, JSON.stringify(name));
  });
});

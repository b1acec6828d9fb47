import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { ListingEntry } from '../../../sources/listing/listing.ts';
import { parseListing } from '../../../sources/listing/parse.ts';

const DIR = path.resolve(import.meta.dirname, '../../../../shared/fixtures/listings');

const NAMES = [
  '.hidden.jpg',
  '100RECNX',
  '<lt>.jpg',
  'Füchse_übung.jpg',
  'IMG_0001.JPG',
  'RCNX0031.JPG',
  'StationA__CamB__2021-05-31__08-25-38(12)_a_really_long_name_to_truncate.JPG',
  'a b & c.jpg',
  'big.jpg',
  'colon:12:30.jpg',
  'empty.jpg',
  'hash#1.jpg',
  'pct%20lit.jpg',
  'plus+sign.jpg',
  'q?x=1.jpg',
  `quote'"x.jpg`,
  'sub dir',
];

/** What each server tells of `a b & c.jpg`: bytes, whether they are exact, its time. */
const TOLD: Record<string, [number | null, boolean, string | null]> = {
  'apache-2.4-fancy-pre.html': [121 * 1024, false, '2021-05-31T08:25:00.000Z'],
  'apache-2.4-fancy-table-icons-utf8.html': [121 * 1024, false, '2021-05-31T08:25:00.000Z'],
  'apache-2.4-fancy-table.html': [121 * 1024, false, '2021-05-31T08:25:00.000Z'],
  'apache-2.4-plain-ul.html': [null, false, null],
  'caddy-2.6.html': [123456, true, '2021-05-31T08:25:38.000Z'],
  'caddy-2.6.json': [123456, true, '2021-05-31T08:25:38.000Z'],
  'lighttpd-1.4.69.html': [123392, false, '2021-05-31T08:25:38.000Z'],
  'nginx-1.22-html-inexact-local.html': [121 * 1024, false, '2021-05-31T08:25:00.000Z'],
  'nginx-1.22-html-utf8.html': [123456, true, '2021-05-31T08:25:00.000Z'],
  'nginx-1.22.json': [123456, true, '2021-05-31T08:25:38.000Z'],
  'nginx-1.22.xml': [123456, true, '2021-05-31T08:25:38.000Z'],
  'python-3.11.html': [null, false, null],
};

describe('captured listings', () => {
  before(function () {
    if (!fs.existsSync(DIR)) this.skip();
  });

  const read = async (file: string, contentType?: string): Promise<ListingEntry[]> => {
    const types: Record<string, string> = {
      html: 'text/html;charset=ISO-8859-1',
      json: 'application/json',
      xml: 'text/xml',
    };
    const { entries } = await parseListing({
      body: fs.readFileSync(path.join(DIR, file)),
      contentType: contentType ?? types[file.split('.').at(-1) ?? ''],
      baseUrl: new URL('http://h:8080/cam1/'),
    });
    return entries;
  };

  it('all name the same files', async () => {
    const files = fs.readdirSync(DIR).sort();
    assert.deepEqual(files, Object.keys(TOLD).sort());
    for (const file of files) {
      const entries = await read(file);
      const hidden = /nginx|lighttpd/.test(file);
      assert.deepEqual(
        entries.map((entry) => entry.name).sort(),
        NAMES.filter((name) => !hidden || !name.startsWith('.')).sort(),
        file,
      );
      assert.deepEqual(
        entries
          .filter((entry) => entry.kind === 'directory')
          .map((entry) => entry.name)
          .sort(),
        ['100RECNX', 'sub dir'],
        file,
      );
      for (const entry of entries) {
        assert.equal(entry.skip, undefined);
        const url = new URL(entry.url);
        assert.equal(url.href, entry.url, 'a URL that is its own canonical form');
        assert.equal(
          decodeURIComponent(url.pathname),
          `/cam1/${entry.name}${entry.kind === 'directory' ? '/' : ''}`,
        );
        assert.equal(url.search + url.hash, '');
      }
    }
  });

  it('tell sizes and times as exactly as their servers wrote them', async () => {
    for (const [file, [size, exact, time]] of Object.entries(TOLD)) {
      const entries = await read(file);
      const entry = entries.find(({ name }) => name === 'a b & c.jpg');
      assert.deepEqual(
        [entry?.size, entry?.sizeExact, entry?.modifiedAt?.toISOString() ?? null],
        [size, exact, time],
        file,
      );
      assert.equal(entry?.mtimePrecision, time === null ? null : time.includes(':38') ? 'second' : 'minute');
      const empty = entries.find(({ name }) => name === 'empty.jpg');
      assert.equal(empty?.size, size === null ? null : 0, file);
      for (const each of entries)
        if (each.kind === 'directory') assert.deepEqual([each.size, each.sizeExact], [null, false]);
    }
  });

  it('are recognised without a content type as well', async () => {
    for (const file of Object.keys(TOLD)) assert.ok((await read(file, '')).length >= 16, file);
  });
});

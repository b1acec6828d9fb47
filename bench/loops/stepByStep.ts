/**
 * The same outcome the way a first script does it: every step reads the file again and decodes what it needs, one
 * row is inserted at a time. Sharp at its defaults, except for its cache.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import ExifReader from 'exifreader';
import pLimit from 'p-limit';
import postgres from 'postgres';
import sharp from 'sharp';
import { perceptualHash } from '../../imaging/steps/phash.ts';
import { threePipelines } from '../peers/threePipelines.ts';
import { serveOrders } from './serveOrders.ts';

interface Listed {
  name: string;
}

async function carry(sql: postgres.Sql, dir: string, url: string, id: string): Promise<void> {
  const original = path.join(dir, `${id}.jpg`);
  const response = await fetch(url);
  await writeFile(original, Buffer.from(await response.arrayBuffer()));

  const sha256 = createHash('sha256')
    .update(await readFile(original))
    .digest('hex');
  const { width, height, format } = await sharp(await readFile(original)).metadata();
  const tags = ExifReader.load(await readFile(original));
  const exif = Object.fromEntries(
    Object.entries(tags).map(([name, tag]) => [name, String((tag as { description?: unknown }).description)]),
  );
  for (const { name, encode } of threePipelines) {
    await writeFile(path.join(dir, `${id}-${name}.jpg`), await encode(await readFile(original)));
  }
  const { data, info } = await sharp(await readFile(original))
    .greyscale()
    .resize(32, 32, { fit: 'fill' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const phash = perceptualHash({ data, width: info.width, height: info.height, channels: 1 });
  await sql`
    insert into step_by_step (name, sha256, width, height, format, exif, phash)
    values (${id}, ${sha256}, ${width}, ${height}, ${format}, ${sql.json(exif)}, ${phash})`;
}

serveOrders(({ databaseUrl, objectsDir, decoders }) => {
  sharp.cache(false);
  const sql = postgres(databaseUrl, { max: decoders, onnotice: () => {} });
  const ready = sql`
    create table if not exists step_by_step (id bigint generated always as identity primary key, name text not null,
      sha256 text not null, width int, height int, format text, exif jsonb, phash text,
      created_at timestamptz not null default now())`;
  return async (order) => {
    if (order.kind !== 'import') throw new Error('This loop imports.');
    await ready;
    const dir = path.join(objectsDir, order.tenant);
    await mkdir(dir, { recursive: true });
    const listed = (await (await fetch(order.address)).json()) as Listed[];
    const limit = pLimit(decoders);
    await Promise.all(
      listed.map(({ name }, index) =>
        limit(() => carry(sql, dir, new URL(name, order.address).href, String(index))),
      ),
    );
    return { pictures: listed.length };
  };
});

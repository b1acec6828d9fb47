/** Brings a folder in, uploads a picture beside it, and lists what there is. `TRIBUTARY_URL`, a folder and a file are given. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createTributaryClient, Problem } from './client.ts';

const [folder = '', file = ''] = process.argv.slice(2);
const { api, ask, upload, waitForImport, images } = createTributaryClient({
  baseUrl: process.env['TRIBUTARY_URL'] ?? 'http://127.0.0.1:8000',
});

const begun = await ask(api.POST('/imports', { body: { url: folder, force: false } }));
const job = await waitForImport(begun.id);
console.log(`${job.state}: ${job.stored_files} of ${job.total_files} files are in the library`);

const { asset_id: asset } = await upload(new Blob([await readFile(file)]), path.basename(file));
console.log(`${path.basename(file)} is asset ${asset}`);

let count = 0;
for await (const image of images({ source: 'folder', limit: 2 })) if (image.status === 'ready') count += 1;
console.log(`${count} images came from folders`);

try {
  await ask(api.GET('/images/{id}', { params: { path: { id: 999_999_999 } } }));
} catch (error) {
  if (error instanceof Problem) console.log(`${error.status} ${error.code}: ${error.message}`);
}

/** The rendition plan and nothing else: file in, three JPEGs in memory. What every real pipeline is slower than. */
import { readFile } from 'node:fs/promises';
import pLimit from 'p-limit';
import sharp from 'sharp';
import { RENDITION_PLAN } from '../../imaging/plan.ts';
import { renderPlan } from '../../imaging/render.ts';
import { collectInOneGo } from '../../workers/garbage.ts';
import { serveOrders } from './serveOrders.ts';

serveOrders(({ decoders }) => {
  collectInOneGo();
  sharp.cache(false);
  sharp.concurrency(1);
  return async (order) => {
    if (order.kind !== 'files') throw new Error('This loop reads files.');
    const files = Array.from({ length: order.times }, () => order.files).flat();
    const limit = pLimit(decoders);
    await Promise.all(
      files.map((file) => limit(async () => renderPlan(await readFile(file), RENDITION_PLAN))),
    );
    return { pictures: files.length };
  };
});

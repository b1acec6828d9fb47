import { existsSync } from 'node:fs';
import path from 'node:path';
import express, { type Router } from 'express';

/**
 * The built pages; asset names carry their content's hash and never change. Every address below `/app` is the same
 * page, which shows what its address says.
 */
export function webRouter(dir: string): Router {
  const router = express.Router();
  const index = path.join(dir, 'index.html');
  if (!existsSync(index)) return router;
  router.use(
    '/assets',
    express.static(path.join(dir, 'assets'), { immutable: true, maxAge: '1y', fallthrough: true }),
  );
  router.use(express.static(dir, { index: 'index.html', maxAge: 0 }));
  router.get(['/app', '/app/{*page}'], (_req, res) => res.sendFile(index, { maxAge: 0 }));
  return router;
}

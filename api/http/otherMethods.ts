import type { Router } from 'express';
import { Problem } from '../problem.ts';
import { expressPath, type Route } from '../route.ts';

/** Has every path say which methods it takes, to those that use another one. To be mounted after all routes. */
export function mountOtherMethods(router: Router, routes: readonly Route[]): void {
  const methods = new Map<string, Set<string>>();
  for (const { path, method } of routes) {
    const of = methods.get(path) ?? new Set(['OPTIONS']);
    of.add(method.toUpperCase());
    if (method === 'get') of.add('HEAD');
    methods.set(path, of);
  }
  for (const [path, taken] of methods) {
    const allow = [...taken].sort().join(', ');
    router.all(expressPath(path), (req, res) => {
      res.set('Allow', allow);
      if (req.method === 'OPTIONS') {
        res.status(204).end();
        return;
      }
      throw new Problem({
        status: 405,
        code: 'method_not_allowed',
        title: 'Not by this method',
        detail: `${req.method} does nothing here; ${allow} do.`,
      });
    });
  }
}

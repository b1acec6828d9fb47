import type { Request, Response, Router } from 'express';
import { Problem } from '../problem.ts';
import { expressPath, type Route } from '../route.ts';

type Taken = ReadonlyMap<string, ReadonlySet<string>>;

/** The methods that each path takes. */
function takenBy(routes: readonly Route[]): Taken {
  const methods = new Map<string, Set<string>>();
  for (const { path, method } of routes) {
    const of = methods.get(path) ?? new Set(['OPTIONS']);
    of.add(method.toUpperCase());
    if (method === 'get') of.add('HEAD');
    methods.set(path, of);
  }
  return methods;
}

/** @throws Problem 405 */
function refuse(req: Request, res: Response, taken: ReadonlySet<string>): void {
  const allow = [...taken].sort().join(', ');
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
}

const patternOf = (path: string): RegExp => new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`);

/**
 * Has paths that would be taken for an id say themselves which methods they take: `/images/trash` is a path of its own,
 * although `/images/{id}` fits it. To be mounted before all routes.
 */
export function mountShadowed(router: Router, routes: readonly Route[]): void {
  const methods = takenBy(routes);
  const wide = [...methods.keys()].filter((path) => path.includes('{')).map(patternOf);
  for (const [path, taken] of methods) {
    if (path.includes('{') || !wide.some((pattern) => pattern.test(path))) continue;
    router.all(path, (req, res, next) => {
      if (req.method !== 'OPTIONS' && taken.has(req.method)) next();
      else refuse(req, res, taken);
    });
  }
}

/** Has every path say which methods it takes, to those that use another one. To be mounted after all routes. */
export function mountOtherMethods(router: Router, routes: readonly Route[]): void {
  const parameters = (path: string): number => path.split('{').length;
  const bySpecificity = [...takenBy(routes)].sort(([a], [b]) => parameters(a) - parameters(b));
  for (const [path, taken] of bySpecificity) {
    router.all(expressPath(path), (req, res) => refuse(req, res, taken));
  }
}

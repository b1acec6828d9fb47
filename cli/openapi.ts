import { allRoutes } from '../api/app.ts';
import type { ApiDeps } from '../api/deps.ts';
import { openApiDocument } from '../api/openapi.ts';
import type { Config } from '../config.ts';
import { packageVersion } from './location.ts';
import { collectionOf, type Described } from './postman/collection.ts';

/** Describing the routes runs none of them, so nothing but the settings is needed. */
export function documentOf(config: Config): Described {
  const routes = allRoutes({ config } as ApiDeps);
  return JSON.parse(JSON.stringify(openApiDocument(routes, packageVersion()))) as Described;
}

export function printOpenApi(config: Config): void {
  console.log(JSON.stringify(documentOf(config), null, 2));
}

export function printPostman(config: Config): void {
  console.log(JSON.stringify(collectionOf(documentOf(config)), null, 2));
}

import { allRoutes } from '../api/app.ts';
import type { ApiDeps } from '../api/deps.ts';
import { openApiDocument } from '../api/openapi.ts';
import type { Config } from '../config.ts';
import { packageVersion } from './location.ts';

/** Describing the routes runs none of them, so nothing but the settings is needed. */
export function printOpenApi(config: Config): void {
  const routes = allRoutes({ config } as ApiDeps);
  console.log(JSON.stringify(openApiDocument(routes, packageVersion()), null, 2));
}

#!/usr/bin/env node
import { Command } from 'commander';
import { ConfigError } from '../config.ts';
import { FAILURES, Failure } from '../domain/failures.ts';
import { ServerError } from './client/server.ts';
import { addAccounts } from './commands/accounts.ts';
import { addBackup } from './commands/backup.ts';
import { addCameras } from './commands/cameras.ts';
import { addDeployment } from './commands/deployment.ts';
import { addDuplicates } from './commands/duplicates.ts';
import { addFailures } from './commands/failures.ts';
import { addImports } from './commands/imports.ts';
import { addModels } from './commands/models.ts';
import { addObjects } from './commands/objects.ts';
import { addPurge } from './commands/purge.ts';
import { addServices } from './commands/services.ts';
import { addSources } from './commands/sources.ts';
import { addUpkeep } from './commands/upkeep.ts';
import { addWebhooks } from './commands/webhooks.ts';
import { packageVersion } from './location.ts';

const program = new Command('tributary')
  .description('Brings images in from anywhere and carries each through one durable pipeline.')
  .version(packageVersion())
  .showHelpAfterError('Try --help.');

addServices(program);
addImports(program);
addSources(program);
addCameras(program);
addDuplicates(program);
addFailures(program);
addUpkeep(program);
addPurge(program);
addModels(program);
addObjects(program);
addWebhooks(program);
addAccounts(program);
addBackup(program);
addDeployment(program);

try {
  await program.parseAsync();
} catch (error) {
  const detail = error instanceof Error ? error.message : String(error);
  if (error instanceof Failure) console.error(`${detail} ${FAILURES[error.type].advice}`);
  else console.error(error instanceof ConfigError || error instanceof ServerError ? detail : error);
  process.exitCode = error instanceof ConfigError ? error.exitCode : 1;
}

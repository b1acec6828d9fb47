import type { Command } from 'commander';
import { loadConfig } from '../../config.ts';

/** Builds that run side by side. */
export function addDeployment(program: Command): void {
  const deployment = program
    .command('deployment')
    .description('builds of the workflow workers, where WORKER_DEPLOYMENT keeps them apart');

  deployment
    .command('list')
    .description('which builds there are; workers of one that is draining are still needed')
    .option('--json', 'print them as JSON', false)
    .action(async ({ json }: { json: boolean }) => {
      const { listBuilds } = await import('../deployment.ts');
      const builds = await listBuilds(loadConfig());
      if (json) console.log(JSON.stringify(builds, null, 2));
      else for (const { buildId, status } of builds) console.log(`${buildId}  ${status}`);
    });

  deployment
    .command('promote')
    .description('make a build the current one; to roll back, name the one before')
    .argument('[build]', 'default: the build of this program')
    .action(async (build?: string) => {
      const { promoteBuild } = await import('../deployment.ts');
      console.log(`Current: ${await promoteBuild(loadConfig(), build)}`);
    });
}

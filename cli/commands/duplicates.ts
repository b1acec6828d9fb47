import type { Command } from 'commander';
import { loadConfig } from '../../config.ts';

/** Looking after the groups of near-duplicates. */
export function addDuplicates(program: Command): void {
  program
    .command('duplicates')
    .description('groups of pictures that look alike')
    .command('rebuild')
    .description('form all groups anew; dismissals and merges stay')
    .action(async () => {
      const [{ rebuild }, { withRunningStack }] = await Promise.all([
        import('../duplicates.ts'),
        import('../embeddedStack.ts'),
      ]);
      const count = await rebuild(await withRunningStack(loadConfig()));
      console.log(`Placed ${count} pictures.`);
    });
}

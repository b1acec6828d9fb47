import { type Command, InvalidArgumentError } from 'commander';
import { loadConfig } from '../../config.ts';
import { connectServer } from '../client/server.ts';
import { positiveId } from './arguments.ts';

function moment(text: string): string {
  if (Number.isNaN(Date.parse(text)))
    throw new InvalidArgumentError('Give a time such as 2026-05-31T08:00:00Z.');
  return text;
}

/** Addresses that are told of events. */
export function addWebhooks(program: Command): void {
  const webhooks = program.command('webhooks').description('addresses that are told of events');

  webhooks
    .command('list')
    .description('show those of a tenant')
    .option('--tenant <name>', 'whose; default: default')
    .option('--server <url>', 'the Tributary to use')
    .action(async (options: { tenant?: string; server?: string }) => {
      const { showWebhooks } = await import('../client/webhooks.ts');
      await showWebhooks(connectServer(loadConfig(), options.server), options.tenant);
    });

  webhooks
    .command('test')
    .description('send a message and say how its first try went')
    .argument('<webhook>', 'its id')
    .option('--server <url>', 'the Tributary to use')
    .action(async (id: string, options: { server?: string }) => {
      const { testWebhook } = await import('../client/webhooks.ts');
      process.exitCode = (await testWebhook(connectServer(loadConfig(), options.server), id)) ? 0 : 1;
    });

  webhooks
    .command('redeliver')
    .description('send again what failed')
    .argument('<webhook>', 'its id')
    .option('--delivery <n>', 'this message only, whatever became of it', positiveId)
    .option('--since <time>', 'what was written since then; everything that is kept, when absent', moment)
    .option('--server <url>', 'the Tributary to use')
    .action(async (id: string, options: { delivery?: number; since?: string; server?: string }) => {
      const { redeliver } = await import('../client/webhooks.ts');
      await redeliver(connectServer(loadConfig(), options.server), id, options);
    });
}

import path from 'node:path';
import type { Command } from 'commander';
import { loadConfig } from '../../config.ts';
import { absoluteAddress } from '../client/address.ts';
import type { Given } from '../client/given.ts';
import { connectServer } from '../client/server.ts';
import { positive } from './arguments.ts';

interface ImportOptions extends Given {
  server?: string;
  force: boolean;
  timezone?: string;
  tenant?: string;
}

/** Bringing images in, once. */
export function addImports(program: Command): void {
  program
    .command('import')
    .description('import everything at an address: a folder, a share, a server')
    .argument('<address>', 'a path on this machine or a link')
    .option('--server <url>', 'the Tributary to use')
    .option('--force', 'fetch files again whose version is known', false)
    .option('--timezone <zone>', 'IANA zone of camera clocks that name none')
    .option('--tenant <name>', 'whose images they become')
    .option('--kind <kind>', 'what the address is, where it does not tell by itself')
    .option('--set <name=value...>', 'settings of the kind of source')
    .option('--credentials <file>', 'JSON file with what the source asks for; - reads standard input')
    .action(async (address: string, options: ImportOptions) => {
      const { importAndWatch } = await import('../client/import.ts');
      const server = connectServer(loadConfig(), options.server);
      const { readGiven } = await import('../client/given.ts');
      const { force, timezone, tenant } = options;
      const { complete } = await importAndWatch(
        server,
        absoluteAddress(address),
        { force, timezone },
        { ...(await readGiven(options)), ...(tenant !== undefined && { tenant_name: tenant }) },
      );
      process.exitCode = complete ? 0 : 1;
    });

  program
    .command('resume')
    .description('let an import go on that waits for something')
    .argument('<import>', 'its id')
    .option('--credentials <file>', 'JSON file with what the source asks for; - reads standard input')
    .option('--set <name=value...>', 'settings of the kind of source')
    .option('--skip', 'leave out the files that wait', false)
    .option('--server <url>', 'the Tributary to use')
    .action(async (id: string, options: Given & { skip: boolean; server?: string }) => {
      const { readGiven } = await import('../client/given.ts');
      const server = connectServer(loadConfig(), options.server);
      const body = { ...(await readGiven(options)), skip: options.skip };
      const { message } = await server.call<{ message: string }>(
        'POST',
        `/imports/${encodeURIComponent(id)}/resume`,
        body,
      );
      console.log(message);
    });

  program
    .command('sample')
    .description('draw a small demo library, with copies and damaged files in it, and import it')
    .option('--count <n>', 'how many pictures', positive, 24)
    .option('--server <url>', 'the Tributary to use')
    .action(async (options: { count: number; server?: string }) => {
      const [{ drawLibrary }, { importAndWatch }] = await Promise.all([
        import('../client/sample.ts'),
        import('../client/import.ts'),
      ]);
      const config = loadConfig();
      const server = connectServer(config, options.server);
      await server.call('GET', '/livez');
      const folder = path.join(config.dataDir, 'sample');
      const drawn = await drawLibrary(folder, options.count, (done) => {
        if (process.stderr.isTTY) process.stderr.write(`\rdrawing: ${done} files`);
      });
      if (process.stderr.isTTY) process.stderr.write('\n');
      for (const { folder: from, tenant } of drawn) {
        const given = tenant === undefined ? {} : { tenant_name: tenant };
        const plain = { force: false, timezone: undefined };
        // Some of the files are damaged on purpose: what counts is that everything was looked at.
        const { ended } = await importAndWatch(server, from, plain, given);
        if (!ended) process.exitCode = 1;
      }
    });
}

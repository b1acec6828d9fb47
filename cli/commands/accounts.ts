import { type Command, InvalidArgumentError, Option } from 'commander';
import { loadConfig } from '../../config.ts';
import { ROLES, type Role } from '../../domain/access.ts';

/** The settings of the Tributary that runs here. */
async function running() {
  const { withRunningStack } = await import('../embeddedStack.ts');
  return withRunningStack(loadConfig());
}

function days(text: string): number {
  const n = Number(text);
  if (!Number.isInteger(n) || n < 1 || n > 3_650) throw new InvalidArgumentError('Give 1 to 3650 days.');
  return n;
}

function tellPassword(called: string, password: string | null): void {
  if (password !== null) console.log(`The password of ${called}, shown this once: ${password}`);
}

/** Who may sign in, and keys for programs. */
export function addAccounts(program: Command): void {
  const users = program
    .command('users')
    .description('who may sign in, and what they may do (docs/access.md)');

  users
    .command('add')
    .description('make an account; the first one with --admin')
    .argument('<who>', 'an e-mail address; of a service account its name')
    .option('--name <name>', 'of the person')
    .option('--admin', 'an administrator of the whole installation', false)
    .option('--tenant <name>', 'a tenant that they have a role in')
    .addOption(new Option('--role <role>', 'the role in it').choices(ROLES).default('viewer'))
    .option('--service', 'an account for programs: no password, only keys', false)
    .option(
      '--password-file <file>',
      'read the password from a file, or - for standard input; else one is made',
    )
    .action(
      async (
        who: string,
        options: {
          name?: string;
          admin: boolean;
          tenant?: string;
          role: Role;
          service: boolean;
          passwordFile?: string;
        },
      ) => {
        const { addAccount } = await import('../accounts.ts');
        const { name, tenant, passwordFile, ...more } = options;
        const password = await addAccount(await running(), {
          called: who,
          name,
          tenant,
          passwordFile,
          ...more,
        });
        console.log(`${who} has an account.`);
        tellPassword(who, password);
      },
    );

  users
    .command('list')
    .description('show all of them')
    .action(async () => {
      const { listAccounts } = await import('../accounts.ts');
      const all = await listAccounts(await running());
      if (all.length === 0)
        console.log('There is none. "tributary users add <e-mail> --admin" makes the first.');
      for (const { name, email, installationAdmin, memberships, disabledAt } of all) {
        const roles = [
          ...(installationAdmin ? ['administrator of the installation'] : []),
          ...memberships.map(({ tenantName, role }) => `${role} of ${tenantName}`),
        ];
        console.log(
          `${email ?? name}  ${roles.join(', ') || 'no role'}${disabledAt === null ? '' : '; disabled'}`,
        );
      }
    });

  users
    .command('role')
    .description('give somebody a role in a tenant, or another one')
    .argument('<who>', 'e-mail address, or name of a service account')
    .argument('<tenant>', 'name; * with the role admin: the whole installation')
    .argument('<role>', `${ROLES.join(', ')}, or none`)
    .action(async (who: string, tenant: string, role: string) => {
      const { giveRole } = await import('../accounts.ts');
      await giveRole(await running(), who, tenant, role);
      console.log(role === 'none' ? `${who} has no role there any more.` : `${who} is ${role} of ${tenant}.`);
    });

  users
    .command('password')
    .description('set a new password; every sign-in of the account ends')
    .argument('<e-mail>')
    .option('--password-file <file>', 'read it from a file, or - for standard input; else one is made')
    .action(async (who: string, options: { passwordFile?: string }) => {
      const { newPassword } = await import('../accounts.ts');
      tellPassword(who, await newPassword(await running(), who, options.passwordFile));
    });

  for (const [command, disabled, says] of [
    ['disable', true, 'cannot get in any more, with nothing'],
    ['enable', false, 'can get in again'],
  ] as const) {
    users
      .command(command)
      .description(`the account ${says}`)
      .argument('<who>', 'e-mail address, or name of a service account')
      .action(async (who: string) => {
        const { disable } = await import('../accounts.ts');
        await disable(await running(), who, disabled);
        console.log(`${who} ${says}.`);
      });
  }

  const keys = program.command('keys').description('keys for programs');

  keys
    .command('create')
    .description('make a key; it is shown this once')
    .argument('<who>', 'whose it is: e-mail address, or name of a service account')
    .requiredOption('--scopes <scopes>', 'what it is for, such as all:read or uploads:write,library:read')
    .option('--name <name>', 'to tell keys apart', 'made on the command line')
    .option('--tenant <name>', 'the tenant that it is for; else wherever its owner may')
    .option('--days <n>', 'how long it is good; else until it is revoked', days)
    .action(
      async (who: string, options: { scopes: string; name: string; tenant?: string; days?: number }) => {
        const { createKey } = await import('../accounts.ts');
        const scopes = options.scopes.split(/[\s,]+/).filter(Boolean);
        const { name, tenant, days: good } = options;
        const key = await createKey(await running(), { called: who, name, tenant, scopes, days: good });
        console.log(`The key, shown this once: ${key}`);
      },
    );

  keys
    .command('list')
    .description('show all of them, without the keys themselves')
    .action(async () => {
      const { allKeys } = await import('../accounts.ts');
      for (const key of await allKeys(await running())) {
        const state =
          key.revokedAt !== null ? 'revoked' : (key.lastUsedAt?.toISOString().slice(0, 16) ?? 'never used');
        const where = key.tenantName ?? 'wherever its owner may';
        console.log(
          `trib_${key.prefix}  ${key.name}, of ${key.principalName}: ${where}; ${key.scopes.join(', ')}; ${state}`,
        );
      }
    });

  keys
    .command('revoke')
    .description('make a key of no use, for good')
    .argument('<key>', 'the part that is shown: trib_ and eight letters')
    .action(async (prefix: string) => {
      const { revoke } = await import('../accounts.ts');
      await revoke(await running(), prefix);
      console.log('Nobody gets in with it any more.');
    });
}

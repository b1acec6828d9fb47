import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { PostgresBinaries } from './postgresBinaries.ts';

const run = promisify(execFile);

/** Who runs Postgres, and through what. `null` ids: the user who runs this. */
export interface Account {
  readonly uid: number | null;
  readonly gid: number | null;
  /** The command line of a program run under this account; uid and gid are for `spawn`. */
  wrap(command: string, args: readonly string[]): WrappedCommand;
}

export interface WrappedCommand {
  readonly command: string;
  readonly args: string[];
  readonly uid?: number;
  readonly gid?: number;
}

const SELF: Account = { uid: null, gid: null, wrap: (command, args) => ({ command, args: [...args] }) };

const plain = (uid: number, gid: number): Account => ({
  uid,
  gid,
  wrap: (command, args) => ({ command, args: [...args], uid, gid }),
});

/**
 * The same user with one capability, for a checkout or data directory inside a directory that only root may
 * enter, such as root's home. The securebit is needed because access(2), with which initdb looks for its
 * neighbour `postgres`, otherwise ignores the capabilities of a user who is not root.
 */
const withCapability = (uid: number, gid: number, capability: string): Account => ({
  uid,
  gid,
  wrap: (command, args) => ({
    command: 'setpriv',
    args: [
      ...[`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--no-new-privs'],
      ...[
        '--securebits=+no_setuid_fixup',
        `--inh-caps=-all,+${capability}`,
        `--ambient-caps=-all,+${capability}`,
      ],
      ...['--', command, ...args],
    ],
  }),
});

/** The owner of an existing cluster: Postgres accepts no other user. */
async function findOwner(clusterDir: string): Promise<{ uid: number; gid: number } | null> {
  const found = await stat(clusterDir).catch(() => null);
  return found === null || found.uid === 0 ? null : { uid: found.uid, gid: found.gid };
}

/** An unprivileged user who is on every Unix. initdb wants one that has a name. */
async function findUnprivileged(): Promise<{ uid: number; gid: number }> {
  for (const name of ['postgres', 'nobody']) {
    try {
      const [user, group] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
      const uid = Number(user.stdout);
      const gid = Number(group.stdout);
      // macOS gives `nobody` the id -2, which comes out as 4294967294 and can be used as such.
      if (uid > 0) return { uid, gid: gid > 0 ? gid : uid };
    } catch {
      // The next name.
    }
  }
  throw new Error(
    'Postgres refuses to run as root, and this machine has neither a user `postgres` nor `nobody`.',
  );
}

/**
 * Whether the account reaches the programs and the directory. Tried, not computed: access lists, mount options
 * and missing capabilities all have a say. The shell reads instead of testing, because access(2) answers for
 * the real user.
 */
async function reaches(account: Account, binaries: PostgresBinaries, dir: string): Promise<boolean> {
  const script = '"$1" --version >/dev/null && : <"$2" && cd "$3"';
  const { command, args, uid, gid } = account.wrap('/bin/sh', [
    ...['-c', script, 'sh', binaries.postgres, binaries.bootstrap, dir],
  ]);
  const ids = uid === undefined || gid === undefined ? {} : { uid, gid };
  return run(command, args, { cwd: '/', env: { PATH: '/usr/bin:/bin' }, timeout: 20_000, ...ids }).then(
    () => true,
    () => false,
  );
}

/**
 * Postgres refuses to run as root. As root this finds another user and the weakest way in which that user
 * reaches the programs and `clusterDir`; as anybody else it is that user.
 *
 * @param parentDir where the cluster directory is or will be; must exist
 * @throws Error with what to do when no way works
 */
export async function choosePostgresAccount(
  binaries: PostgresBinaries,
  clusterDir: string,
  parentDir: string,
): Promise<Account> {
  if (process.getuid?.() !== 0) {
    const owner = await findOwner(clusterDir);
    if (owner !== null && owner.uid !== process.getuid?.()) {
      throw new Error(
        `The database in ${clusterDir} belongs to another user (id ${owner.uid}). ` +
          'Start as that user or as root, or choose another directory with TRIBUTARY_DATA.',
      );
    }
    return SELF;
  }
  const { uid, gid } = (await findOwner(clusterDir)) ?? (await findUnprivileged());
  const ways = [
    plain(uid, gid),
    // Containers often keep the second and drop the first, which is the weaker of the two.
    withCapability(uid, gid, 'dac_read_search'),
    withCapability(uid, gid, 'dac_override'),
  ];
  for (const way of ways) if (await reaches(way, binaries, parentDir)) return way;
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  throw new Error(
    [
      `Postgres cannot run as root, and user id ${uid} reaches ${parentDir} or ${binaries.postgres} neither`,
      'plainly nor through setpriv. Any one of these helps:',
      '  1. move the checkout (and TRIBUTARY_DATA) out of directories that only root may enter',
      '  2. start as an ordinary user',
      `  3. install setpriv${/alpine/i.test(release) ? ' (apk add setpriv)' : ' (package util-linux)'}`,
      '  4. set DATABASE_URL to a Postgres that runs already',
    ].join('\n'),
  );
}

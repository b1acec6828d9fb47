import { access, constants, readdir } from 'node:fs/promises';
import path from 'node:path';
import { runStep } from './steps.js';

/** Real servers and browsers the tests talk to. A suite whose binary is missing is skipped and counted. */
const TEST_SERVERS = [
  { debian: 'nginx-light', binary: 'nginx' },
  { debian: 'apache2-bin', binary: 'apache2' },
  { debian: 'lighttpd', binary: 'lighttpd' },
  { debian: 'caddy', binary: 'caddy' },
  { debian: 'vsftpd', binary: 'vsftpd' },
  { debian: 'openssh-server', binary: 'sshd' },
  { debian: 'python3', binary: 'python3' },
  { debian: 'chromium', binary: 'chromium' },
  { debian: 'ffmpeg', binary: 'ffmpeg' },
];

/** What the tests' camera is made of (`test/capture/rtspServer.py`): libraries, which leave no binary behind. */
const TEST_LIBRARIES = [
  'python3-gi',
  'gir1.2-gst-rtsp-server-1.0',
  'gstreamer1.0-plugins-base',
  'gstreamer1.0-plugins-good',
  'gstreamer1.0-plugins-ugly',
  'gstreamer1.0-plugins-bad',
];

/** dpkg keeps a list of files for each installed package: `name.list`, or `name:architecture.list`. */
const DPKG_LISTS = '/var/lib/dpkg/info';

/** Daemons are there, and not on the PATH of an ordinary user. */
const SYSTEM_DIRS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** @param {string} binary */
async function isThere(binary) {
  const dirs = [...(process.env.PATH ?? '').split(path.delimiter), ...SYSTEM_DIRS];
  const found = await Promise.all(
    dirs.map((dir) =>
      access(path.join(dir, binary), constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}

/** @returns {Promise<string[]>} Debian packages that are not installed */
async function findMissingLibraries() {
  const lists = await readdir(DPKG_LISTS).catch(() => /** @type {string[]} */ ([]));
  const installed = new Set(
    lists.filter((name) => name.endsWith('.list')).map((name) => name.replace(/(:[^:]+)?\.list$/, '')),
  );
  return TEST_LIBRARIES.filter((name) => !installed.has(name));
}

/** @returns {Promise<string[]>} Debian packages whose binary, or whose record, is not there */
export async function findMissingServers() {
  const there = await Promise.all(TEST_SERVERS.map(({ binary }) => isThere(binary)));
  const servers = TEST_SERVERS.filter((_, index) => !there[index]).map(({ debian }) => debian);
  return [...servers, ...(await findMissingLibraries())];
}

/** @returns {Promise<string[] | null>} what to put before `apt-get`; `null` where it may not be run */
async function findAptPrefix() {
  if (!(await isThere('apt-get'))) return null;
  if (process.getuid?.() === 0) return [];
  const quiet = { title: 'Asking sudo for permission', command: 'sudo', args: ['-n', 'true'], log: () => {} };
  return runStep(quiet).then(
    () => ['sudo', '-n'],
    () => null,
  );
}

/**
 * Debian starts what it installs, and a web server on port 80 of somebody's machine is not what they asked for.
 * This is Debian's own way to say no; a policy that is there already stays.
 */
const INSTALL_WITHOUT_STARTING = `
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  trap 'rm -f $policy' EXIT
  printf '#!/bin/sh\\nexit 101\\n' > $policy
  chmod 755 $policy
fi
DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"`;

/**
 * The line a person can run instead.
 * @param {string[]} packages
 */
const aptLine = (packages) => `sudo apt-get install -y --no-install-recommends ${packages.join(' ')}`;

/**
 * Installs what is missing where that is possible without asking for a password.
 * @returns {Promise<string | null>} what is still missing and how to get it; `null` when all is there
 */
export async function ensureTestServers() {
  const missing = await findMissingServers();
  if (missing.length === 0) return null;
  const prefix = await findAptPrefix();
  if (prefix === null) {
    return `These test servers are missing: ${missing.join(', ')}. To have them:\n  ${aptLine(missing)}`;
  }
  /** @param {string} title @param {string[]} line */
  const asRoot = (title, line) => {
    const [command = '', ...args] = [...prefix, ...line];
    return runStep({ title, command, args });
  };
  const install = () =>
    asRoot(`Installing test servers: ${missing.join(', ')}`, [
      ...['sh', '-c', INSTALL_WITHOUT_STARTING, 'sh', ...missing],
    ]);
  try {
    // A fresh machine has no package lists, a used one has old ones; the second try covers both.
    await install().catch(async () => {
      await asRoot('Fetching the package lists', ['apt-get', 'update']);
      await install();
    });
  } catch (error) {
    const reason = /** @type {Error} */ (error).message;
    return `Test servers could not be installed: ${missing.join(', ')}.\n${reason}\nTo have them:\n  ${aptLine(missing)}`;
  }
  return null;
}

import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import createWebdavKind from '../../../sources/kinds/webdav/kind.ts';
import type { Json, Source } from '../../../sources/source.ts';
import { type CuttingProxy, startCuttingProxy } from '../cuttingProxy.ts';
import { kindDeps, visitor } from '../kindDeps.ts';
import { isInstalled, type ServerKind, startServer } from '../servers.ts';

export const PASSWORD = 'pa:ss wörd';
export const TOKEN = 'aB3dE6gH9jK2mN5';

const sha = (text: string) => `{SHA}${createHash('sha1').update(text).digest('base64')}`;

/** mod_dav on a directory, for one visitor; and the same where Nextcloud has the files of public links. */
const APACHE_DAV: ServerKind = {
  name: 'Apache mod_dav',
  command: 'apache2',
  hidesDotFiles: false,
  sizes: 'exact',
  resumes: true,
  async prepare(root, work, port) {
    const auth = ['authn_core', 'authn_file', 'auth_basic', 'authz_core', 'authz_user'];
    const modules = ['mpm_event', ...auth, 'alias', 'mime', 'dav', 'dav_fs', 'dav_lock'];
    await fs.writeFile(path.join(work, 'mime.types'), 'image/jpeg jpg\n');
    await fs.writeFile(
      path.join(work, 'users'),
      [
        `visitor:${sha(PASSWORD)}`,
        `${TOKEN}:${sha('')}`,
        `locked:${sha(PASSWORD)}`,
        `anonymous:${sha('')}`,
      ].join('\n'),
    );
    const place = (url: string, directory: string, who: string) => `
      Alias ${url} ${directory}
      <Location ${url}>
        Dav On
        AuthType Basic
        AuthName files
        AuthUserFile ${work}/users
        Require ${who}
      </Location>`;
    await fs.writeFile(
      path.join(work, 'apache.conf'),
      `ServerRoot ${work}
      ServerName localhost
      DefaultRuntimeDir ${work}
      PidFile ${work}/pid
      ErrorLog ${work}/error.log
      Listen 127.0.0.1:${port}
      ${modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
      ${process.getuid?.() === 0 ? 'User www-data\nGroup www-data' : ''}
      TypesConfig ${work}/mime.types
      DavLockDB ${work}/locks
      DocumentRoot ${work}
      <Directory ${root}>
        AllowOverride None
      </Directory>
      ${place('/old/public.php/webdav', root, `user ${TOKEN} locked`)}
      ${place(`/new/public.php/dav/files/${TOKEN}`, root, 'user anonymous')}
      ${place('/files', root, 'user visitor')}`,
    );
    return ['-X', '-f', path.join(work, 'apache.conf')];
  },
};

export const hasApache = (): boolean => isInstalled(APACHE_DAV.command);

/** Skips the suite where there is no Apache, which is a failure on a machine that has to have it. */
export function needsApache(suite: Mocha.Context): void {
  if (hasApache()) return;
  if (process.env['CI']) throw new Error('apache2 is not installed');
  suite.skip();
}

export interface WebdavService {
  root: string;
  proxy: CuttingProxy;
  /** Of the server itself. */
  url: string;
  open(address: string, credentials?: unknown, options?: { [name: string]: Json }): Source;
  stop(): Promise<void>;
}

export async function startWebdavService(): Promise<WebdavService> {
  const base = await fs.mkdtemp(path.join(os.tmpdir(), 'served-'));
  const root = path.join(base, 'root');
  const work = path.join(base, 'work');
  await fs.mkdir(root);
  await fs.mkdir(work, { mode: 0o777 });
  const running = await startServer(APACHE_DAV, root, work);
  const proxy = await startCuttingProxy(Number(new URL(running.url).port));
  const deps = kindDeps();
  const kind = createWebdavKind(deps);
  return {
    root,
    proxy,
    url: running.url,
    open: (address, credentials = null, options = {}) =>
      kind.open(kind.parse(address, options), visitor(credentials)),
    async stop() {
      await deps.client.close();
      await proxy.close();
      await running.stop();
      await fs.rm(base, { recursive: true });
    },
  };
}

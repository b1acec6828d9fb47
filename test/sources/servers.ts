import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A web server that shows the index of a directory, running as a child process on a free loopback port. */
export interface ListingServer {
  url: string;
  stop(): Promise<void>;
}

export interface ServerKind {
  name: string;
  command: string;
  /** Leaves names that start with a dot out of its index. */
  hidesDotFiles: boolean;
  /** What its listing (or a HEAD request, where the listing says nothing) tells of sizes. */
  sizes: 'exact' | 'rounded';
  /** Whether it sends the rest of a file. */
  resumes: boolean;
  /** Asks for `VISITOR`, and refuses everybody with 429 while there is a file `throttle` in `work`. */
  guarded?: true;
  /** Writes what the server needs into `work` and says how to start it. */
  prepare(root: string, work: string, port: number): Promise<string[]>;
}

/** Whom guarded servers let in. */
export const VISITOR = { type: 'basic', username: 'camera', password: 'op3n sesame' } as const;

/** nginx looks for the file with every request, so tests switch it on and off. */
async function guard(work: string): Promise<string> {
  await fs.writeFile(path.join(work, 'users'), `${VISITOR.username}:{PLAIN}${VISITOR.password}\n`);
  return `auth_basic cameras; auth_basic_user_file ${work}/users; error_page 429 =429 @slower;
    if (-f ${work}/throttle) { return 429; } location @slower { add_header Retry-After 7 always; return 429; }`;
}

/** Makes a guarded server refuse everybody until it is called with 0; it does not count. */
export const throttleBy = (work: string) => (times: number) => {
  const file = path.join(work, 'throttle');
  if (times > 0) writeFileSync(file, '');
  else rmSync(file, { force: true });
};

async function nginx(root: string, work: string, port: number, autoindex: string): Promise<string[]> {
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (each) => `${each}_temp_path ${work}/${each};`,
  );
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  await fs.writeFile(
    path.join(work, 'nginx.conf'),
    `${user} daemon off; master_process off; pid ${work}/pid; error_log ${work}/error.log;
    events { worker_connections 64; }
    http { access_log off; default_type application/octet-stream; ${temp.join(' ')}
      server { listen 127.0.0.1:${port}; root ${root}; autoindex on; ${autoindex} } }`,
  );
  return ['-c', path.join(work, 'nginx.conf'), '-p', work, '-e', path.join(work, 'error.log')];
}

async function apache(root: string, work: string, port: number, options: string): Promise<string[]> {
  const modules = ['mpm_event', 'authn_core', 'authz_core', 'dir', 'autoindex', 'alias', 'mime'];
  await fs.writeFile(path.join(work, 'mime.types'), 'image/jpeg jpg\n');
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
    DocumentRoot ${root}
    <Directory ${root}>
      Options Indexes
      IndexOptions ${options}
      Require all granted
    </Directory>`,
  );
  return ['-X', '-f', path.join(work, 'apache.conf')];
}

async function caddy(root: string, work: string, port: number): Promise<string[]> {
  const config = {
    admin: { disabled: true, config: { persist: false } },
    logging: { logs: { default: { level: 'ERROR' } } },
    storage: { module: 'file_system', root: path.join(work, 'storage') },
    apps: {
      http: {
        servers: {
          files: {
            listen: [`127.0.0.1:${port}`],
            automatic_https: { disable: true },
            routes: [{ handle: [{ handler: 'file_server', root, browse: {}, index_names: [] }] }],
          },
        },
      },
    },
  };
  await fs.writeFile(path.join(work, 'caddy.json'), JSON.stringify(config));
  return ['run', '--config', path.join(work, 'caddy.json')];
}

export const SERVERS: readonly ServerKind[] = [
  {
    name: "Python's http.server",
    command: 'python3',
    hidesDotFiles: false,
    sizes: 'exact',
    resumes: false,
    prepare: async (root, _work, port) => [
      '-m',
      'http.server',
      '--bind',
      '127.0.0.1',
      '--directory',
      root,
      String(port),
    ],
  },
  {
    name: 'nginx (html)',
    command: 'nginx',
    hidesDotFiles: true,
    sizes: 'exact',
    resumes: true,
    prepare: (root, work, port) => nginx(root, work, port, 'autoindex_format html;'),
  },
  {
    name: 'nginx (html, rounded sizes)',
    command: 'nginx',
    hidesDotFiles: true,
    sizes: 'rounded',
    resumes: true,
    prepare: (root, work, port) =>
      nginx(root, work, port, 'autoindex_exact_size off; autoindex_localtime on;'),
  },
  {
    name: 'nginx (json)',
    command: 'nginx',
    hidesDotFiles: true,
    sizes: 'exact',
    resumes: true,
    prepare: (root, work, port) => nginx(root, work, port, 'autoindex_format json;'),
  },
  {
    name: 'nginx (guarded)',
    command: 'nginx',
    hidesDotFiles: true,
    sizes: 'exact',
    resumes: true,
    guarded: true,
    prepare: async (root, work, port) =>
      nginx(root, work, port, `autoindex_format json; ${await guard(work)}`),
  },
  {
    name: 'nginx (xml)',
    command: 'nginx',
    hidesDotFiles: true,
    sizes: 'exact',
    resumes: true,
    prepare: (root, work, port) => nginx(root, work, port, 'autoindex_format xml;'),
  },
  {
    name: 'Apache (plain)',
    command: 'apache2',
    hidesDotFiles: false,
    sizes: 'exact',
    resumes: true,
    prepare: (root, work, port) => apache(root, work, port, 'IgnoreClient'),
  },
  {
    name: 'Apache (fancy)',
    command: 'apache2',
    hidesDotFiles: false,
    sizes: 'rounded',
    resumes: true,
    prepare: (root, work, port) => apache(root, work, port, 'FancyIndexing'),
  },
  {
    name: 'Apache (table)',
    command: 'apache2',
    hidesDotFiles: false,
    sizes: 'rounded',
    resumes: true,
    prepare: (root, work, port) => apache(root, work, port, 'FancyIndexing HTMLTable NameWidth=20'),
  },
  {
    name: 'lighttpd',
    command: 'lighttpd',
    hidesDotFiles: true,
    sizes: 'rounded',
    resumes: true,
    async prepare(root, work, port) {
      await fs.writeFile(
        path.join(work, 'lighttpd.conf'),
        `server.document-root = "${root}"
        server.bind = "127.0.0.1"
        server.port = ${port}
        server.modules = ("mod_dirlisting")
        server.errorlog = "${work}/error.log"
        server.upload-dirs = ("${work}")
        dir-listing.activate = "enable"
        # Otherwise it vouches with an old tag for new bytes, for a second or two.
        server.stat-cache-engine = "disable"
        mimetype.assign = (".jpg" => "image/jpeg")
        dir-listing.encoding = "utf-8"`,
      );
      return ['-D', '-f', path.join(work, 'lighttpd.conf')];
    },
  },
  {
    name: 'Caddy',
    command: 'caddy',
    hidesDotFiles: false,
    sizes: 'exact',
    resumes: true,
    prepare: caddy,
  },
];

export function isInstalled(command: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${command}`], { stdio: 'ignore', env: serverEnv() });
    return true;
  } catch {
    return false;
  }
}

/** Debian keeps servers in sbin, which is not on everybody's path. */
const serverEnv = (work?: string) => ({
  PATH: `${process.env['PATH'] ?? ''}:/usr/local/sbin:/usr/sbin:/sbin`,
  TZ: 'UTC',
  ...(work && { HOME: work }),
});

export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** @param root the directory to show; made readable for servers that give up their rights. */
export async function startServer(kind: ServerKind, root: string, work: string): Promise<ListingServer> {
  await fs.chmod(root, 0o755);
  await fs.chmod(path.dirname(root), 0o755);
  const port = await freePort();
  const args = await kind.prepare(root, work, port);
  const child: ChildProcess = spawn(kind.command, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: serverEnv(work),
    cwd: work,
  });
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said = (said + chunk).slice(-4_000);
  });
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  for (let tries = 0; !(await answers(port)); tries++) {
    if (child.exitCode !== null || tries > 200) {
      child.kill('SIGKILL');
      throw new Error(`${kind.name} did not start: ${said}`);
    }
    await sleep(25);
  }
  return {
    url: `http://127.0.0.1:${port}/`,
    async stop() {
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 2_000);
      await exited;
      clearTimeout(late);
    },
  };
}

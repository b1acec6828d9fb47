import createSftpKind from '../../../sources/kinds/sftp/kind.ts';
import { describeSource } from '../contract.ts';
import { kindDeps, visitor } from '../kindDeps.ts';
import { hasSshd, startSshd } from './sshd.ts';

if (hasSshd) {
  describeSource('sftp on OpenSSH', { resume: true, throttle: false, refuse: true }, async () => {
    const server = await startSshd();
    const deps = kindDeps();
    const kind = createSftpKind(deps);
    const url = `sftp://127.0.0.1:${server.proxy.port}${server.root}/`;
    return {
      root: server.root,
      open: (below = '', credentials = 'right') =>
        kind.open(
          kind.parse(url + below.split('/').map(encodeURIComponent).join('/'), {
            host_key: server.hostKeys.ed25519,
          }),
          visitor(server[credentials]),
        ),
      hidesDotFiles: false,
      sizes: 'exact',
      trouble: server.proxy.trouble,
      async tearDown() {
        await deps.client.close();
        await server.stop();
      },
    };
  });
} else {
  describe('source contract: sftp on OpenSSH', () => {
    it('needs "sshd" on this machine', function () {
      if (process.env['CI']) throw new Error('"sshd" is not installed');
      this.skip();
    });
  });
}

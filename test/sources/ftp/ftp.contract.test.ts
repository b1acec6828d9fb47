import createFtpKind from '../../../sources/kinds/ftp/kind.ts';
import { describeSource } from '../contract.ts';
import { kindDeps, visitor } from '../kindDeps.ts';
import { hasVsftpd, RIGHT, startVsftpd, WRONG } from './vsftpd.ts';

for (const tls of ['none', 'explicit', 'implicit'] as const) {
  if (!hasVsftpd) {
    describe(`source contract: ftp on vsftpd, TLS ${tls}`, () => {
      it('needs "vsftpd" on this machine', function () {
        if (process.env['CI']) throw new Error('"vsftpd" is not installed');
        this.skip();
      });
    });
    continue;
  }

  describeSource(`ftp on vsftpd, TLS ${tls}`, { resume: true, throttle: false, refuse: true }, async () => {
    const server = await startVsftpd(tls);
    const deps = kindDeps();
    const kind = createFtpKind(deps);
    const scheme = tls === 'implicit' ? 'ftps' : 'ftp';
    const url = `${scheme}://${server.proxy.host}:${server.proxy.port}/`;
    const options = tls === 'none' ? { tls } : { tls, certificate_sha256: server.fingerprint };
    return {
      root: server.root,
      open: (below = '', credentials = 'right') =>
        kind.open(
          kind.parse(url + below.split('/').map(encodeURIComponent).join('/'), options),
          visitor(credentials === 'right' ? RIGHT : WRONG),
        ),
      // A line of a listing ends where the name has a line break.
      holds: (name) => !name.includes('\n'),
      hidesDotFiles: false,
      sizes: 'exact',
      trouble: server.proxy.trouble,
      async tearDown() {
        await deps.client.close();
        await server.stop();
      },
    };
  });
}

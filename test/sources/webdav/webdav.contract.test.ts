import { describeSource } from '../contract.ts';
import { hasApache, PASSWORD, startWebdavService } from './apache.ts';

if (!hasApache()) {
  describe('source contract: webdav on Apache', () => {
    it('needs "apache2" on this machine', function () {
      if (process.env['CI']) throw new Error('"apache2" is not installed');
      this.skip();
    });
  });
} else {
  const can = { resume: true, throttle: true, refuse: true };
  describeSource('webdav on Apache', can, async () => {
    const service = await startWebdavService();
    const credentials = (password: string) => ({ type: 'basic', username: 'visitor', password });
    return {
      root: service.root,
      open: (below = '', which = 'right') =>
        service.open(
          `webdav://127.0.0.1:${service.proxy.port}/files/${below}`,
          credentials(which === 'wrong' ? 's3cr3t-and-wrong' : PASSWORD),
        ),
      trouble: service.proxy.trouble,
      hidesDotFiles: false,
      sizes: 'exact',
      tearDown: () => service.stop(),
    };
  });
}

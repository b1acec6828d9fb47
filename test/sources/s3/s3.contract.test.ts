import { versitygwBinary } from '../../hosting/versitygw.ts';
import { describeSource } from '../contract.ts';
import { startS3Service } from './service.ts';

if ((await versitygwBinary()) === null) {
  describe('source contract: s3 on versitygw', () => {
    it('needs versitygw, which is built where Go is installed', function () {
      if (process.env['CI']) throw new Error('versitygw is not built');
      this.skip();
    });
  });
} else {
  const can = { resume: true, throttle: true, refuse: true };
  describeSource('s3 on versitygw', can, async () => {
    const service = await startS3Service();
    const wrong = { ...service.credentials, secret_key: 's3cr3t-and-wrong' };
    return {
      root: service.root,
      open: (below, which) => service.open(below, {}, which === 'wrong' ? wrong : service.credentials),
      async put(file, bytes) {
        const content = Buffer.from(bytes);
        await service.client.putObject('photos', file, content, content.length);
      },
      // A folder in which nothing is does not exist, unless somebody left a mark of it.
      async makeFolder(name) {
        await service.client.putObject('photos', `${name}/`, Buffer.alloc(0), 0);
      },
      // XML 1.0 has no character for it, and this server cannot escape keys in listings.
      holds: (name) => !name.includes('\x1b'),
      trouble: service.proxy.trouble,
      hidesDotFiles: false,
      sizes: 'exact',
      tearDown: () => service.stop(),
    };
  });
}

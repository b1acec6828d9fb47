// A process of its own, because the SDK's downloader can neither be stopped nor be given a deadline.
// Arguments: the directory to download to, the version. The file there is named `temporal-<version>`.
import { TestWorkflowEnvironment } from '@temporalio/testing';

const [downloadDir, version] = process.argv.slice(2);
if (downloadDir === undefined || version === undefined)
  throw new Error('usage: temporal-download <dir> <version>');

try {
  const environment = await TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'cached-download', downloadDir, version } },
  });
  await environment.teardown();
} catch (error) {
  console.error(/** @type {Error} */ (error).message.slice(0, 300));
  process.exit(1);
}

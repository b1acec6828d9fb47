// `npm run test:fleet`: two processes of each part on one database, and requests take turns between the API processes.
process.env.TEST_PROCESSES = '2';

module.exports = {
  ...require('./.mocharc.cjs'),
  spec: [
    'test/fleet/**/*.fleet.ts',
    'test/contract/contract.test.ts',
    'test/client/client.test.ts',
    'test/api/access/*.test.ts',
    'test/api/attackTables.test.ts',
    'test/api/directUpload.test.ts',
    'test/api/headers.test.ts',
    'test/api/http.test.ts',
    'test/api/ingest.test.ts',
    'test/api/manners.test.ts',
    'test/api/resumable.test.ts',
    'test/api/upload.test.ts',
    'test/api/versions.test.ts',
    'test/pipeline/live.test.ts',
    'test/pipeline/push.test.ts',
    'test/pipeline/webhooks.test.ts',
    'test/pipeline/webhookReceivers.test.ts',
  ],
};

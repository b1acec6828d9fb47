module.exports = {
  import: ['tsx'],
  require: ['./test/hosting/globals.ts'],
  reporter: './test/reporter.js',
  timeout: 240_000,
  slow: 5_000,
  // Servers are stopped by the global teardown; what a client library keeps open must not hold the run.
  exit: true,
};

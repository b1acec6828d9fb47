module.exports = {
  import: ['tsx'],
  require: ['./test/hosting/globals.ts'],
  spec: ['test/**/*.test.ts'],
  reporter: './test/reporter.js',
  timeout: 60_000,
  slow: 5_000,
  exit: false,
};

// Runs before anything else is parsed, so it keeps to syntax and APIs that old Node versions have.
const [major, minor] = process.versions.node.split('.').map(Number);

if (Number(major) < 20 || (major === 20 && Number(minor) < 19)) {
  console.error(
    `Tributary needs Node 20.19 or newer; this is Node ${process.versions.node}.\n` +
      'Install a current one (https://nodejs.org, or `nvm install 22`) and run the same command again.',
  );
  process.exit(1);
}

export const home = {
  title: 'Home',
  running: 'Running now',
  allImports: 'All imports',
  nothingRuns: 'Nothing runs just now.',
};

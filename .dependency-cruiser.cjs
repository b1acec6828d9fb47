/** Which room may use which: docs/architecture.md shows the same as a picture. */
const rooms = [
  ...['workflows', 'sources', 'imaging', 'capture', 'detection', 'interchange', 'stores', 'activities'],
  ...['workers', 'api', 'client', 'web', 'cli'],
];
const only = (from, allowed, extra = {}) => ({
  name: `${from}-imports`,
  severity: 'error',
  from: { path: `^${from}/`, ...extra.from },
  to: {
    path: `^(${rooms.filter((room) => room !== from && !allowed.includes(room)).join('|')})/`,
    ...extra.to,
  },
});

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'not-to-test',
      severity: 'error',
      from: { pathNot: '^(test|bench)/' },
      to: { path: '^(test|bench)/' },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'config-is-read-at-the-top',
      severity: 'error',
      comment: 'Rooms take settings as arguments; the type may be named.',
      from: {
        path: '^(domain|workflows|sources|imaging|capture|detection|interchange|stores|activities|web)/',
      },
      to: { path: '^config\\.ts$' },
    },
    {
      name: 'domain-imports',
      severity: 'error',
      comment: 'Pure words and rules, safe inside a workflow.',
      from: { path: '^domain/' },
      to: { pathNot: '^domain/' },
    },
    only('sources', []),
    only('imaging', []),
    only('interchange', []),
    only('capture', ['sources']),
    {
      name: 'capture-reaches-out-by-the-guard',
      severity: 'error',
      comment: 'Of the sources it takes what checks addresses, and nothing else.',
      from: { path: '^capture/' },
      to: { path: '^sources/', pathNot: '^sources/reach/' },
    },
    // Of imaging it takes how processes are confined and what pixels are.
    only('detection', ['imaging']),
    // Repositories take what sources list, by type.
    only('stores', ['sources']),
    {
      name: 'stores-know-sources-by-type',
      severity: 'error',
      from: { path: '^stores/' },
      to: { path: '^sources/', dependencyTypesNot: ['type-only'] },
    },
    only('activities', ['sources', 'imaging', 'capture', 'detection', 'interchange', 'stores']),
    only('workflows', ['activities']),
    {
      name: 'workflows-know-activities-by-type',
      severity: 'error',
      from: { path: '^workflows/' },
      to: { path: '^activities/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'workflow-code-is-deterministic',
      severity: 'error',
      from: { path: '^workflows/' },
      to: { dependencyTypes: ['core'] },
    },
    only('workers', ['activities', 'workflows', 'sources', 'imaging', 'capture', 'detection', 'stores']),
    only('api', ['stores', 'workflows', 'sources']),
    {
      name: 'api-knows-sources-by-type',
      severity: 'error',
      from: { path: '^api/' },
      to: { path: '^sources/', dependencyTypesNot: ['type-only'] },
    },
    // It is published by itself.
    only('client', []),
    only('web', ['client']),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    exclude: { path: '^(node_modules|dist|web)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};

/** The one-way rule of docs/design.md: a layer imports only from the layers listed with it. */
const LAYERS = {
  model: [],
  sys: ['model'],
  probe: ['model', 'sys'],
  snapshot: ['model', 'sys'],
  names: ['model', 'sys'],
  pipeline: ['model'],
  store: ['model'],
  recording: ['model'],
  query: ['model', 'store'],
  view: ['model', 'query'],
  server: ['model', 'query', 'view'],
};

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-dev-dependencies',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    ...Object.entries(LAYERS).map(([layer, allowed]) => ({
      name: `one-way-${layer}`,
      comment: `src/${layer} may import from: ${[layer, ...allowed].join(', ')}`,
      severity: 'error',
      from: { path: `^src/${layer}/` },
      to: { path: '^src/', pathNot: [layer, ...allowed].map((name) => `^src/${name}/`).join('|') },
    })),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'] },
  },
};

/**
 * The one-way rule: a layer imports only from the layers listed with it here, which are those of the table in docs/design.md.
 * Files are imported directly; there are no index files that only re-export.
 */
const LAYERS = {
  model: [],
  sys: ['model'],
  probe: ['model', 'sys'],
  snapshot: ['model', 'sys'],
  names: ['model', 'sys'],
  pipeline: ['model'],
  store: ['model'],
  'recording-file': ['model'],
  recorder: ['model', 'sys', 'probe', 'snapshot', 'names', 'pipeline', 'store', 'recording-file'],
  filter: ['model'],
  query: ['model', 'filter', 'store'],
  explain: ['model', 'query'],
  view: ['model', 'query', 'explain'],
  sql: ['model', 'sys', 'filter', 'store', 'query'],
  web: ['model'],
  request: ['model', 'sys', 'filter', 'store', 'query', 'explain', 'view'],
  fleet: ['model', 'sys', 'filter', 'store', 'query', 'explain', 'view', 'request'],
  ship: ['model', 'sys', 'store', 'query', 'fleet'],
  server: ['model', 'sys', 'filter', 'store', 'query', 'explain', 'view', 'sql', 'request', 'fleet'],
};

/** Files of another layer that hold nothing but what the two agreed on. */
const CONTRACTS = { web: ['^src/server/contract'] };

/** What the tests of a layer may import besides that layer and those below it: what they make histories and servers with. */
const TEST_SUPPORT = ['^test/lab/', '^src/store/', '^src/recording-file/'];
/** Explanations are compared as a person reads them. */
const TESTED_WITH = { explain: ['^src/view/explanation-lines'] };

const inFolders = (names, root) => names.map((name) => `^${root}/${name}/`);

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-dev-dependencies',
      severity: 'error',
      // The page is bundled.
      from: { path: '^src/', pathNot: '^src/web/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    ...Object.entries(LAYERS).map(([layer, allowed]) => ({
      name: `one-way-${layer}`,
      comment: `src/${layer} may import from: ${[layer, ...allowed].join(', ')}`,
      severity: 'error',
      from: { path: `^src/${layer}/` },
      to: { path: '^src/', pathNot: [...inFolders([layer, ...allowed], 'src'), ...(CONTRACTS[layer] ?? [])] },
    })),
    ...Object.entries(LAYERS).map(([layer, allowed]) => ({
      name: `one-way-test-${layer}`,
      comment: `test/${layer} may import what src/${layer} may, the tests of those layers, and test/lab`,
      severity: 'error',
      from: { path: `^test/${layer}/` },
      to: {
        path: '^(src|test|scripts)/',
        pathNot: [
          ...inFolders([layer, ...allowed], 'src'),
          ...inFolders([layer, ...allowed], 'test'),
          ...TEST_SUPPORT,
          ...(CONTRACTS[layer] ?? []),
          ...(TESTED_WITH[layer] ?? []),
        ],
      },
    })),
    {
      name: 'src-stands-alone',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|scripts)/' },
    },
    {
      name: 'lab-serves-tests',
      comment: 'test/lab is imported by tests; it imports none',
      severity: 'error',
      from: { path: '^test/lab/' },
      to: { path: '^test/', pathNot: '^test/lab/' },
    },
    {
      name: 'scripts-use-the-lab-only',
      comment: 'scripts/fuzz.ts the targets that npm test fuzzes too, and benchmarks of fleets their ClickHouse',
      severity: 'error',
      from: { path: '^scripts/' },
      to: { path: '^test/', pathNot: '^test/(lab|fuzz|fleet)/' },
    },
    {
      name: 'one-sqlite',
      comment:
        'src/store/sqlite.ts takes the release of better-sqlite3 for this Node: others import it from there, and types',
      severity: 'error',
      from: { path: '^(src|test|scripts)/', pathNot: '^src/store/sqlite' },
      to: { path: '(^|/)better-sqlite3', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-index-files',
      comment: 'files are imported directly',
      severity: 'error',
      from: {},
      to: { path: '^(src|test|scripts)/.*/index\\.ts$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'] },
  },
};

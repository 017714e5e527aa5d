import { deepEqual } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const MOST_LINES = 300;

/** A rule of .dependency-cruiser.cjs, as far as it is read here. */
interface Rule {
  readonly name: string;
  readonly to: { readonly pathNot?: string | readonly string[] };
}

/** A row of the table of folders in docs/design.md: its name, and the third column. */
interface FolderRow {
  readonly folder: string;
  readonly mayImport: string;
}

const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter((path) =>
  path.endsWith('.ts'),
);
const textOf = (path: string) => readFileSync(join(ROOT, 'src', path), 'utf8');

function foldersOfSrc(): string[] {
  const entries = readdirSync(join(ROOT, 'src'), { withFileTypes: true });
  return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
}

/** Rows begin with "| `src/NAME/` |". */
function folderRows(): FolderRow[] {
  const page = readFileSync(join(ROOT, 'docs/design.md'), 'utf8');
  return [...page.matchAll(/^\| `src\/([\w-]+)\/` \|(.*)\|\s*$/gm)].map(([, folder = '', rest = '']) => {
    return { folder, mayImport: rest.split('|')[1]?.trim() ?? '' };
  });
}

/** `all`: every other folder; `nothing` or `-`: none. */
function layersOf({ folder, mayImport }: FolderRow): string[] {
  if (mayImport === 'all') return foldersOfSrc().filter((each) => each !== folder);
  if (mayImport === 'nothing' || mayImport === '-') return [];
  return mayImport
    .split(',')
    .map((name) => name.trim().replaceAll('`', ''))
    .sort();
}

/** By folder, the others that it may import: all of them where it has no rule. */
function enforcedLayers(): Record<string, string[]> {
  const { forbidden } = createRequire(import.meta.url)(join(ROOT, '.dependency-cruiser.cjs')) as { forbidden: Rule[] };
  const all = foldersOfSrc();
  const allowed = (folder: string): readonly string[] => {
    const rule = forbidden.find(({ name }) => name === `one-way-${folder}`);
    return rule === undefined ? all : [rule.to.pathNot ?? []].flat().map((path) => path.replace(/^\^src\/|\/$/g, ''));
  };
  return Object.fromEntries(
    all.map((folder) => [
      folder,
      allowed(folder)
        .filter((each) => each !== folder)
        .sort(),
    ]),
  );
}

describe('the source tree', () => {
  it(`has no file of more than ${MOST_LINES} lines`, () => {
    const long = sources.map((path) => [path, textOf(path).trimEnd().split('\n').length] as const);
    deepEqual(
      long.filter(([, lines]) => lines > MOST_LINES),
      [],
    );
  });

  it('has no file that re-exports what another one declares', () => {
    deepEqual(
      sources.filter((path) => basename(path) === 'index.ts' || /^export\s[^;=(]*?\sfrom\s+'\./m.test(textOf(path))),
      [],
    );
  });

  it('has the folders that docs/design.md lists', () => {
    deepEqual(
      folderRows()
        .map(({ folder }) => folder)
        .sort(),
      foldersOfSrc(),
    );
  });

  it('has the layers that docs/design.md lists: .dependency-cruiser.cjs enforces them', () => {
    deepEqual(Object.fromEntries(folderRows().map((row) => [row.folder, layersOf(row)])), enforcedLayers());
  });
});

import { deepEqual, equal, ok } from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { licencesText } from '../../scripts/licences.js';
import { productionPackages } from '../../scripts/shipped-packages.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const json = (name: string) => JSON.parse(readFileSync(`${ROOT}${name}`, 'utf8'));

/** What others may do with sstory must not depend on them. */
const LICENCES: ReadonlySet<string> = new Set(['MIT', 'ISC', '0BSD', 'BSD-3-Clause', 'Apache-2.0']);

interface Locked {
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
}

describe('what others supply', () => {
  const locked = Object.entries(json('package-lock.json').packages as Record<string, Locked>).filter(
    ([path]) => path !== '',
  );

  it('is locked to what was published, by its hash', () => {
    deepEqual(
      locked.filter(([, { integrity }]) => !integrity?.startsWith('sha512-')).map(([path]) => path),
      [],
    );
  });

  it('runs no script when it is installed but those of better-sqlite3 12 (for Node 20) and koffi, and esbuild for developers', () => {
    const scripts = locked.filter(([, { hasInstallScript }]) => hasInstallScript);
    deepEqual(scripts.map(([path, { dev }]) => [path.replace('node_modules/', ''), dev === true]).sort(), [
      ['better-sqlite3', false],
      ['esbuild', true],
      ['koffi', false],
    ]);
    deepEqual(json('package.json').allowScripts, { 'better-sqlite3': true, koffi: true });
  });

  it('has licences that allow to ship it, with their texts', () => {
    for (const { name, licence, directory } of productionPackages()) {
      ok(LICENCES.has(licence), `${name}: ${licence}`);
      ok(existsSync(`${ROOT}node_modules/${directory}`));
    }
  });

  it('is listed with its licences in docs/licences.md: npm run licences writes it', () => {
    equal(readFileSync(`${ROOT}docs/licences.md`, 'utf8'), licencesText());
  });
});

/**
 * Prints the installed packages that sstory needs when it runs, one a line: directory below node_modules, version, licence, between tabs.
 * scripts/package.sh ships these and no other.
 */
import { productionPackages } from './shipped-packages.js';

for (const { directory, version, licence } of productionPackages())
  process.stdout.write(`${directory}\t${version}\t${licence}\n`);

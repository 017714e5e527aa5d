import { equal } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { FLEET_TABLES_PAGE, fleetTablesPage } from '../../scripts/fleet-tables.js';

describe('docs/fleet-tables.md', () => {
  it('has the declared columns', () => {
    equal(readFileSync(FLEET_TABLES_PAGE, 'utf8'), fleetTablesPage(), 'npm run schema writes it');
  });
});

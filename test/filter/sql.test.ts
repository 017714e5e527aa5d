import assert from 'node:assert/strict';
import fc from 'fast-check';
import { matches } from '../../src/filter/matches.js';
import { compileToSql } from '../../src/filter/sql.js';
import { filterText, subject } from './arbitraries.js';
import { readFilter } from './names.js';
import { COLUMNS, Table } from './sqlite-table.js';

describe('a filter compiled to SQL', () => {
  it('lets the same rows pass as matches does', async () => {
    const rows = fc.array(subject, { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(filterText, rows, async (text, subjects) => {
        const filter = await readFilter(text);
        const expected = subjects.flatMap((row, id) => (matches(filter, row) ? [id] : []));
        assert.deepEqual(new Table(subjects).ids(filter), expected);
      }),
      { numRuns: 500 },
    );
  });

  it('takes no part of its text from the filter', async () => {
    const { sql, params } = compileToSql(await readFilter("comm x';-- dst 10.0.0.0/8:80"), COLUMNS);
    assert.doesNotMatch(sql, /x'|10\.|80/);
    assert.deepEqual(new Set(Object.values(params)), new Set(["x';--", '10.0.0.0/8', 80]));
  });

  it('finds ports and addresses by index', async () => {
    const table = new Table([]);
    assert.match(table.plan(await readFilter('dst :9200')), /USING.* INDEX by_remote/);
    assert.match(table.plan(await readFilter('dport = 9200 and src 10/8')), /USING.* INDEX by_remote/);
    assert.match(table.plan(await readFilter('dst 10.0.0.1')), /USING.* INDEX by_address/);
  });

  it('of the greatest size accepted is compiled', async () => {
    const table = new Table([]);
    const alternating = Array.from(
      { length: 500 },
      (_, i) => `${i % 2 ? 'or' : 'and'} dst 10.0.0.${i % 256}:${i}`,
    ).join(' ');
    assert.deepEqual(table.ids(await readFilter(alternating.replace('and ', ''))), []);
    assert.deepEqual(table.ids(await readFilter(`${'not ( '.repeat(49)}dst 10.0.0.1${' )'.repeat(49)}`)), []);
  });

  it('refuses what the table does not keep, by the word in the filter', async () => {
    const filter = await readFilter('fwmark 1');
    assert.throws(() => compileToSql(filter, { ...COLUMNS, mark: undefined }), /"fwmark"/);
  });
});

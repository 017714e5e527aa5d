import { ok, throws } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { newest, SCHEMA_PAGE, schemaPage } from '../../scripts/schema.js';

describe('the page of the schema', () => {
  it('is up to date with the schema and its notes: npm run schema writes it', () => {
    ok(readFileSync(SCHEMA_PAGE, 'utf8') === schemaPage(), 'docs/schema.md is out of date');
  });

  it('is not made while a column has no note', () => {
    const database = newest();
    database.exec('ALTER TABLE gaps ADD COLUMN bogus INTEGER');
    throws(() => schemaPage(database), /no note in .* of gaps: bogus/);
  });

  it('is not made while a table has no note', () => {
    const database = newest();
    database.exec('CREATE TABLE bogus (x)');
    throws(() => schemaPage(database), /no note in .* of: bogus/);
  });

  it('is not made while a note has no column', () => {
    const database = newest();
    database.exec('ALTER TABLE gaps DROP COLUMN cpu');
    throws(() => schemaPage(database), /has notes of columns that gaps lacks: cpu/);
  });
});

import { deepEqual, equal, ok } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { FORMATS, schemaOf } from '../../scripts/json-schemas/formats.js';
import { jsonDocs } from '../../scripts/json-schemas/main.js';
import type { Schema } from '../../scripts/json-schemas/shape.js';
import type { JsonFormat } from '../../src/view/json-versions.js';
import { writeHostileHistory } from '../cli/hostile-history.js';
import { query, sstory } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';
import { writeShop } from './shop.js';

const DOCS = fileURLToPath(new URL('../../../docs/', import.meta.url));

/** The schema without room for keys that it does not have: users have to allow for them, the page must not miss one. */
function strict(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strict);
  if (typeof schema !== 'object' || schema === null) return schema;
  const parts = Object.fromEntries(Object.entries(schema).map(([keyword, value]) => [keyword, strict(value)]));
  return 'properties' in parts && !('additionalProperties' in parts)
    ? { ...parts, additionalProperties: false }
    : parts;
}

describe('the formats of --json', () => {
  const stage = new Stage();
  const seen = new Set<string>();
  let validators: ReadonlyMap<string, ValidateFunction>;
  let shop: string;
  let hostile: string;

  before(async () => {
    const directory = await stage.directory();
    [shop, hostile] = [join(directory, 'shop.db'), join(directory, 'hostile.db')];
    writeShop(shop);
    writeHostileHistory(hostile);
    const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
    validators = new Map(
      Object.entries(FORMATS).map(([name, format]) => [
        name,
        ajv.compile(strict(schemaOf(name as JsonFormat, format)) as Schema),
      ]),
    );
  });
  after(() => stage[Symbol.asyncDispose]());

  /** Every line that a command prints, compared with the format that its type names. */
  async function check(words: readonly string[], formatOf: (type: string | undefined) => string): Promise<void> {
    const { stdout, stderr } = await sstory(...words);
    ok(stdout !== '', `${words.join(' ')}: ${stderr}`);
    for (const line of stdout.split('\n')) {
      const value = JSON.parse(line) as { type?: string };
      const name = formatOf(value.type);
      const validate = validators.get(name);
      ok(validate !== undefined, `${words.join(' ')}: no format "${name}"`);
      ok(
        validate(value),
        `${words.join(' ')}: ${JSON.stringify(validate.errors?.slice(0, 3))} in ${line.slice(0, 300)}`,
      );
      seen.add(name);
    }
  }

  const byType = (type = '') => type;
  const CHANGES = new Set(['appeared', 'gone', 'changed']);
  const COMMANDS: readonly (readonly [readonly string[], (type: string | undefined) => string])[] = [
    [['log', '--json'], byType],
    [['replay', '--json', '--speed', 'max'], byType],
    [['timeline', '--json'], byType],
    [['explain', '--json', 'dport', '=', ':9200'], byType],
    [['explain', '--all', '--json'], byType],
    [['diff', 'start', 'end', '--json', '--transitions'], (type = '') => (CHANGES.has(type) ? 'change' : type)],
    [['diff', 'start+30s', 'start+60s', '--json'], (type = '') => (CHANGES.has(type) ? 'change' : type)],
    [['ss', '-ta', '--json', '--at', 'start+43s'], () => 'socket'],
    [['ss', '-ta', '--json', '--at', 'end'], () => 'socket'],
    ...['process', 'peer', 'port', 'name', 'netns', 'container'].map(
      (kind) => [['top', '--json', '--by', kind], byType] as const,
    ),
    [['count', '--json', '--by', 'state'], byType],
    [['count', '--json'], byType],
    [['status', '--json'], byType],
    [['info', '--json'], byType],
  ];
  for (const [words, formatOf] of COMMANDS) {
    it(`of ${words.join(' ')} is as published`, async () => {
      for (const db of [shop, hostile]) await check([...words, '--db', db], formatOf);
    });
  }

  it('of a status without a database is as published', () =>
    check(['status', '--json', '--db', '/nonexistent/x.db'], byType));

  it('of names is as published', async () => {
    ok(query(hostile, 'SELECT 1 FROM names').length > 0);
    await check(['names', '--json', '--db', hostile], () => 'name');
  });

  it('of wait is as published', () =>
    check(['wait', 'state', 'all', '--timeout', '0s', '--json', '--db', shop], byType));

  it('of doctor is as published', () => check(['doctor', '--json'], () => 'check'));

  it('was compared, every one of them', () => {
    deepEqual([...seen].sort(), Object.keys(FORMATS).sort());
  });

  it('is in docs/json.md and docs/json/: npm run schema makes them again', () => {
    const docs = jsonDocs();
    for (const [path, text] of Object.entries(docs)) equal(readFileSync(join(DOCS, path), 'utf8'), text, path);
    deepEqual(
      readdirSync(join(DOCS, 'json')).sort(),
      Object.keys(FORMATS)
        .map((name) => `${name}.schema.json`)
        .sort(),
    );
  });
});

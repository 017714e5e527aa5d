/**
 * How long questions to a fleet take, and what a row costs on disk:
 * npm run build && node dist/scripts/bench/fleet-questions.js [--rows 10000000] [--days 30] [--layouts classes,plain] [--keep DIRECTORY]
 *
 * Connections of 500 hosts are made inside ClickHouse's engine (fleet-rows.ts), with the open ones, the segments and the gaps that an answer
 * rests on. The question is that of `ss --at TIME --fleet`, without HTTP and without the text: first cold (the files dropped from the
 * page cache, the engine just started), then warm. `plain` is the same with a table that is sorted by the time of opening, and the
 * condition on opened and closed alone. 100 million rows take 10 GB for each layout.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Filter } from '../../src/filter/expression.js';
import { parseFilter } from '../../src/filter/parse.js';
import { basisOf } from '../../src/fleet/basis.js';
import type { FleetClient } from '../../src/fleet/client.js';
import { CLASS_RANGES } from '../../src/fleet/connections-query.js';
import { fleetSocketsAt } from '../../src/fleet/sockets-at.js';
import { createStatements } from '../../src/fleet/tables.js';
import { troublesOfFleet } from '../../src/fleet/troubles/find-troubles.js';
import { TCP_STATES, type TcpState } from '../../src/model/tcp-state.js';
import { Engine } from '../../test/fleet/engine.js';
import { dropFromCache } from './cold-files.js';
import { EngineFleet } from './engine-fleet.js';
import { BLOCK_ROWS, copiedBlock, DAY_US, FROM_US, firstBlock, HOSTS, otherRows } from './fleet-rows.js';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '10000000' },
    days: { type: 'string', default: '30' },
    layouts: { type: 'string', default: 'classes,plain' },
    keep: { type: 'string' },
  },
});
const [ROWS, DAYS] = [Number(values.rows), Number(values.days)];
const REPEATS = 5;
const WARM_TROUBLES = 2;
const HOUR_US = 3_600_000_000;
const QUESTIONS = ['state syn-sent dst :9200', 'state established', 'dst 10.0.0.7', 'machine web-77', 'comm = java'];
/** Early and late on a day: the plain condition reads what was opened on that day before. */
const MOMENTS = [DAYS - 1 + 1 / 24, DAYS - 1 + 23 / 24];

type Layout = 'classes' | 'plain';

const directory = values.keep ?? mkdtempSync(join(tmpdir(), 'sstory-fleet-bench-'));
let engine = await Engine.start(directory);
try {
  for (const layout of values.layouts.split(',') as Layout[]) {
    await fill(layout);
    await describe(layout);
    for (const words of QUESTIONS) for (const moment of MOMENTS) await measure(layout, words, moment);
    for (const hours of [1, 24]) await measureTroubles(layout, hours);
  }
} finally {
  await engine.stop();
  if (values.keep === undefined) rmSync(directory, { recursive: true, force: true });
}

/** Makes the tables and rows of a layout, unless a kept directory has them. */
async function fill(layout: Layout): Promise<void> {
  await engine.run(`CREATE DATABASE IF NOT EXISTS ${layout}`);
  const before = [`USE ${layout}`];
  for (const statement of createStatements({ days: 3_000 })) await engine.run(laidOut(statement, layout), before);
  const [there] = await engine.rows<{ count: string }>('SELECT count() AS count FROM lives_v1', before);
  if (Number(there?.count) >= ROWS) return;
  const start = process.hrtime.bigint();
  const block = Math.min(ROWS, BLOCK_ROWS);
  const blocks = Math.ceil(ROWS / block);
  const blockUs = Math.floor((DAYS * DAY_US) / blocks);
  await engine.run(firstBlock(block, blockUs), before);
  for (let index = 1; index < blocks; index++) await engine.run(copiedBlock(index, block, blockUs), before);
  for (const statement of otherRows(DAYS)) await engine.run(statement, before);
  print(`${layout}: ${ROWS} rows of ${HOSTS} hosts in ${DAYS} days inserted in ${seconds(start)} s`);
}

function laidOut(statement: string, layout: Layout): string {
  return layout === 'classes' ? statement : statement.replaceAll('(life_class, opened_us', '(opened_us');
}

async function describe(layout: Layout): Promise<void> {
  const sizes = await engine.rows<Record<'table' | 'bytes' | 'rows' | 'parts', string>>(
    `SELECT table, sum(bytes_on_disk) AS bytes, sum(p.rows) AS rows, count() AS parts FROM system.parts AS p
     WHERE active AND database = '${layout}' GROUP BY table ORDER BY sum(p.rows) DESC`,
  );
  for (const { table, bytes, rows, parts } of sizes)
    print(`${layout}: ${table}: ${rows} rows, ${(Number(bytes) / Number(rows)).toFixed(1)} bytes each, ${parts} parts`);
}

/** The question of ss --at, as of a time in days. */
async function measure(layout: Layout, words: string, moment: number): Promise<void> {
  await engine.stop();
  dropFromCache(directory);
  engine = await Engine.start(directory);
  const us = Math.floor(FROM_US + moment * DAY_US);
  const times: { basis: number; all: number }[] = [];
  let [found, rowsRead] = [0, 0];
  const fleet = new EngineFleet(engine, layout, layout === 'plain' ? plainly : (sql) => sql);
  for (let count = 0; count <= REPEATS; count++) {
    const readBefore = await fleet.rowsRead();
    const start = process.hrtime.bigint();
    const basis = await basisOf(fleet as unknown as FleetClient, { fromUs: us, toUs: us });
    const beganMs = Number(process.hrtime.bigint() - start) / 1e6;
    const parsed = parseFilter(words) as Filter;
    const states = parsed.states ?? new Set<TcpState>(TCP_STATES);
    const asked = { filter: { ...parsed, states: undefined }, states, initialNetns: true };
    found = 0;
    for await (const _ of fleetSocketsAt(fleet as unknown as FleetClient, us, basis, asked)) found++;
    const all = Number(process.hrtime.bigint() - start) / 1e6;
    rowsRead = (await fleet.rowsRead()) - readBefore;
    times.push({ basis: beganMs, all });
  }
  const [cold, ...warm] = times;
  const text = ({ basis, all }: { basis: number; all: number }) => `${all.toFixed(0)} (basis ${basis.toFixed(0)})`;
  const sorted = warm.toSorted((one, other) => one.all - other.all);
  print(
    `${layout}: day ${moment.toFixed(2)}, ${words}: ${found} rows; cold ${cold && text(cold)} ms, warm ${sorted.map(text).join(', ')} ms; ` +
      `${rowsRead} rows read`,
  );
}

/** The questions of explain --all over the last hours, warm. */
async function measureTroubles(layout: Layout, hours: number): Promise<void> {
  const fleet = new EngineFleet(engine, layout, layout === 'plain' ? plainly : (sql) => sql);
  const toUs = FROM_US + DAYS * DAY_US;
  const window = { fromUs: toUs - hours * HOUR_US, toUs };
  const times: number[] = [];
  let found = 0;
  for (let count = 0; count <= WARM_TROUBLES; count++) {
    const start = process.hrtime.bigint();
    found = (await troublesOfFleet(fleet as unknown as FleetClient, { window, condition: undefined, most: 11 })).length;
    times.push(Number(process.hrtime.bigint() - start) / 1e6);
  }
  const text = times.slice(1).map((ms) => ms.toFixed(0));
  print(`${layout}: explain --all over ${hours} h: ${found} troubles; ${text.join(', ')} ms`);
}

/** The condition on opened and closed alone. */
function plainly(sql: string): string {
  return sql.replaceAll(`(${CLASS_RANGES})`, 'opened_us <= {toUs:Int64}');
}

function seconds(start: bigint): string {
  return (Number(process.hrtime.bigint() - start) / 1e9).toFixed(1);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

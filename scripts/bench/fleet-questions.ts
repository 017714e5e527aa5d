/**
 * How long questions to a fleet take, and what a row costs on disk: npm run build && node dist/scripts/bench/fleet-questions.js [ROWS]
 *
 * Connections of 500 hosts in one day are made inside ClickHouse's engine: lives of 1 ms to 20 minutes, one in 50 a connect without
 * an answer, in the order in which they end, as shippers send them.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileToClickHouse, type FleetCondition } from '../../src/filter/clickhouse.js';
import type { Filter } from '../../src/filter/expression.js';
import { parseFilter } from '../../src/filter/parse.js';
import { connectionsSql, stepAt } from '../../src/fleet/connections-query.js';
import { createStatements } from '../../src/fleet/tables.js';
import { Engine } from '../../test/fleet/engine.js';

const ROWS = Number(process.argv[2] ?? 10_000_000);
const HOSTS = 500;
const BATCH = 1_000_000;
const DAY_US = 86_400_000_000;
const REPEATS = 5;
/** 2026-11-18 00:00 UTC. */
const FROM_US = 1_794_960_000_000_000;

const directory = mkdtempSync(join(tmpdir(), 'sstory-fleet-bench-'));
const engine = await Engine.start(directory);
const before = ['USE fleet'];
try {
  await engine.run('CREATE DATABASE fleet');
  for (const statement of createStatements({ days: 3_000 })) await engine.run(statement, before);
  const start = process.hrtime.bigint();
  for (let from = 0; from < ROWS; from += BATCH) await engine.run(insertOf(from, Math.min(ROWS, from + BATCH)), before);
  print(`${ROWS} rows of ${HOSTS} hosts inserted in ${seconds(start)} s`);
  const [size] = await engine.rows<{ bytes: number; parts: number }>(
    "SELECT sum(bytes_on_disk) AS bytes, count() AS parts FROM system.parts WHERE active AND table = 'lives_v1'",
  );
  print(`${(Number(size?.bytes ?? 0) / ROWS).toFixed(1)} bytes a row on disk, ${size?.parts} parts`);
  for (const words of ['state syn-sent dst :9200', 'state established', 'dst 10.0.0.7', 'machine web-77'])
    await measure(words);
} finally {
  await engine.stop();
  rmSync(directory, { recursive: true, force: true });
}

/** The question of ss --at, as of 14:05. */
async function measure(words: string): Promise<void> {
  const us = FROM_US + (DAY_US / 24) * 14 + 300_000_000;
  const parsed = parseFilter(words) as Filter;
  const condition = compileToClickHouse({ ...parsed, states: undefined }, { during: { fromUs: us, toUs: us } });
  const states = parsed.states === undefined ? [] : [...parsed.states].map((state) => `'${state}'`);
  const inState =
    states.length === 0 ? '1' : `toString(step_into[${stepAt('{toUs:Int64}')}]) IN (${states.join(', ')})`;
  const sql = connectionsSql({ condition, states: parsed.states, having: inState });
  const settings = [...before, ...parametersOf(condition), `SET param_fromUs = '${us}'`, `SET param_toUs = '${us}'`];
  const times: number[] = [];
  let found = 0;
  for (let count = 0; count < REPEATS; count++) {
    const start = process.hrtime.bigint();
    found = (await engine.rows(sql, settings)).length;
    times.push(Number(process.hrtime.bigint() - start) / 1e6);
  }
  print(`--at 14:05 ${words}: ${found} rows in ${times.map((ms) => ms.toFixed(0)).join(', ')} ms`);
}

function parametersOf({ params }: FleetCondition): string[] {
  return Object.entries(params).map(([name, value]) => `SET param_${name} = '${String(value).replaceAll("'", "\\'")}'`);
}

/** Rows from one number to another. */
function insertOf(from: number, to: number): string {
  const life = 'toInt64(pow(10, 3 + 6.08 * (cityHash64(number, 1) % 1000000) / 1000000))';
  return `INSERT INTO lives_v1 (schema, host, machine, file, boot, segment, run, connection_id, netns, family, local_addr,
    local_port, remote_addr, remote_port, opened_us, opened_source, states, origin, pid, comm, fd, uid, inode, cookie,
    bytes_sent, bytes_received, retransmits, step_us, step_from, step_into, step_source, step_earlier_us, owner_pid, owner_tid,
    owner_fd, owner_comm, owner_from_us, owner_to_us, owner_inferred, remote_names, life_class, closed_us, closed_source, close_reason)
  SELECT 1, concat('web-', toString(h)), concat('machine-', toString(h)), concat('file-', toString(h)), concat('boot-', toString(h)),
    intDiv(number, 1000), 1, number, 4026531840, 4, toIPv6(concat('::ffff:10.1.', toString(intDiv(h, 250)), '.', toString(h % 250))),
    32768 + r % 28000, toIPv6(concat('::ffff:10.0.0.', toString(r % 200))), [443, 5432, 6379, 9200][1 + r % 4], opened, 'probe',
    if(failed, 132, 4998), 'connect', 1000 + r % 500, ['java', 'nginx', 'python3', 'postgres'][1 + r % 4], 3 + r % 90, 1000, number * 3, number,
    r % 10000, r % 100000, if(failed, 6, 0),
    if(failed, [0, life], [0, 300, life - 200, life - 100, life]),
    if(failed, ['UNCONN', 'SYN-SENT'], ['UNCONN', 'SYN-SENT', 'ESTAB', 'FIN-WAIT-1', 'FIN-WAIT-2']),
    if(failed, ['SYN-SENT', 'UNCONN'], ['SYN-SENT', 'ESTAB', 'FIN-WAIT-1', 'FIN-WAIT-2', 'UNCONN']),
    if(failed, ['probe', 'probe'], ['probe', 'probe', 'probe', 'probe', 'probe']),
    if(failed, [NULL, NULL], [NULL, NULL, NULL, NULL, NULL]),
    [1000 + r % 500], [NULL], [3 + r % 90], [['java', 'nginx', 'python3', 'postgres'][1 + r % 4]], [opened], [NULL], [0],
    [concat('db', toString(r % 200), '.internal')],
    least(26, toUInt8(floor(log2(greatest(life, 4)) / 2) + 1)), opened + life, 'probe', if(failed, 'timed out', 'orderly')
  FROM (SELECT number, cityHash64(number) AS r, cityHash64(number, 2) % ${HOSTS} AS h, ${life} AS life, cityHash64(number, 3) % 50 = 0 AS failed,
    toInt64(${FROM_US} + intDiv(number * ${DAY_US}, ${ROWS}) - life) AS opened FROM numbers(${from}, ${to - from}))`;
}

function seconds(start: bigint): string {
  return (Number(process.hrtime.bigint() - start) / 1e9).toFixed(1);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

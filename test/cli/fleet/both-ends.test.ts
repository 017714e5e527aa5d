import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { execa } from 'execa';
import fc from 'fast-check';
import { FORMATS, schemaOf } from '../../../scripts/json-schemas/formats.js';
import { connectionOfFleetId } from '../../../src/fleet/connection-of-id.js';
import { type BothEnds, bothEndsOf } from '../../../src/fleet/ends/both-ends.js';
import { endsLines } from '../../../src/fleet/ends/ends-text.js';
import type { Verdict } from '../../../src/fleet/ends/verdict.js';
import type { Connection } from '../../../src/model/connection.js';
import type { FourTuple } from '../../../src/model/four-tuple.js';
import { isoTime } from '../../../src/model/time-text.js';
import { requireChdb } from '../../fleet/chdb.js';
import { connectionOf, type Entered, sampleOf, usAt } from '../../lab/history.js';
import { MAIN } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';
import { FleetLab } from './fleet-lab.js';

const WEB = '10.0.0.1';
const DB = '10.0.0.2';
/** The clock of the host db-1 is that far ahead, seconds. */
const AHEAD_S = 5;

/** Addresses and ports of a connection. */
const between = (localAddr: string, localPort: number, remoteAddr: string, remotePort: number): FourTuple => ({
  ...{ family: localAddr.includes(':') ? 6 : 4, localAddr, localPort, remoteAddr, remotePort },
});
const later = (entered: readonly Entered[], byS: number): Entered[] =>
  entered.map(([atS, state, ...rest]) => [atS + byS, state, ...rest] as Entered);

/** One that db-1 recorded, by its clock. */
const onDb = (id: number, entered: readonly Entered[], more: Partial<Connection> = {}) =>
  connectionOf(id, later(entered, AHEAD_S), { origin: 'accept', comm: 'kafka', ...more });
const listener = (id: number, port: number, address = '0.0.0.0') =>
  onDb(id, [[-1, 'LISTEN']], { origin: 'listen', tuple: between(address, port, '0.0.0.0', 0) });

const SYN: readonly Entered[] = [
  [10, 'SYN-SENT'],
  [30, 'UNCONN'],
];
const ESTAB: readonly Entered[] = [
  [10, 'SYN-SENT'],
  [10.01, 'ESTAB'],
];
const ACCEPTED: readonly Entered[] = [
  [10, 'SYN-RECV'],
  [10.02, 'ESTAB'],
];
const ended = (entered: readonly Entered[], atS: number): Entered[] => [...entered, [atS, 'UNCONN']];

interface Case {
  readonly verdict: Verdict;
  readonly web: readonly [readonly Entered[], Partial<Connection>?];
  readonly db?: readonly [readonly Entered[], Partial<Connection>?];
  readonly port?: number;
  /** Seconds after the beginning; undefined: when it ended, or at the end of the history. */
  readonly atS?: number;
  readonly says: RegExp;
}

/** Each a connection of web-1 to db-1, and what db-1 has of it. The id is its place, from 1. */
const CASES: readonly Case[] = [
  {
    verdict: 'SYN lost',
    web: [SYN, { closeReason: 'timed out' }],
    says: /the SYN did not reach its TCP. It was lost on the way from web-1 to db-1, or a packet filter.* kafka\[42\] listened there/,
  },
  {
    verdict: 'SYN-ACK lost',
    web: [SYN, { closeReason: 'timed out' }],
    db: [[[10.2, 'SYN-RECV', 'snapshot', 9.9]], { pid: undefined, comm: undefined, retransmits: 3 }],
    says: /The SYN reached db-1 at .* retransmitted the SYN-ACK \(3 retransmits\).* the SYN-ACK was lost on the way from db-1 to web-1/,
  },
  {
    verdict: 'queue full',
    web: [SYN, { closeReason: 'timed out' }],
    port: 9_300,
    says: /db-1 dropped the SYN because the accept queue of kafka\[42\]'s listener 0.0.0.0:9300 was full .*: 3 connections waiting against a backlog of 2/,
  },
  {
    verdict: 'ACK lost',
    web: [ESTAB],
    db: [[[10, 'SYN-RECV']], { pid: undefined }],
    says: /web-1 received the SYN-ACK and is connected; db-1 still waits for the last ACK/,
  },
  {
    verdict: 'half-open',
    web: [ESTAB],
    db: [ended(ACCEPTED, 20), { closeReason: 'timed out' }],
    says: /It ended on db-1 at .* \(timed out\), and is still ESTAB on web-1: half-open/,
  },
  {
    verdict: 'reset on the way',
    web: [ended(ESTAB, 20), { closeReason: 'reset by peer' }],
    db: [ended(ACCEPTED, 20), { closeReason: 'reset by peer' }],
    says: /A RST arrived at web-1 and at db-1 that neither end is known to have sent/,
  },
  {
    verdict: 'reset by an end',
    web: [ended(ESTAB, 20), { closeReason: 'reset by peer' }],
    db: [ended(ACCEPTED, 19.99), { closeReason: 'aborted' }],
    says: /kafka\[42\] of db-1 aborted it at .*, and its kernel sent the RST that web-1 received/,
  },
  {
    verdict: 'both agree',
    web: [ended([...ESTAB, [20, 'FIN-WAIT-1'], [20.01, 'FIN-WAIT-2'], [20.02, 'TIME-WAIT']], 80)],
    db: [ended([...ACCEPTED, [20, 'CLOSE-WAIT'], [20.01, 'LAST-ACK']], 20.03)],
    says: /Both ends agree/,
  },
  {
    verdict: 'waits for a process',
    web: [[...ESTAB, [20, 'FIN-WAIT-1'], [20.01, 'FIN-WAIT-2']]],
    db: [[...ACCEPTED, [20, 'CLOSE-WAIT']]],
    says: /web-1 has closed its half, and db-1 knows it: it waits for kafka\[42\]/,
  },
  {
    verdict: 'FIN lost',
    web: [[...ESTAB, [20, 'FIN-WAIT-1']]],
    db: [ACCEPTED],
    says: /java\[42\] of web-1 closed it at .*; db-1 is still in ESTAB: the FIN, or its ACK, was lost/,
  },
  {
    verdict: 'refused there',
    web: [ended([[10, 'SYN-SENT']], 10.01), { closeReason: 'refused' }],
    port: 9_999,
    says: /Nothing listened on 10.0.0.2:9999 there/,
  },
  {
    verdict: 'refused on the way',
    web: [ended([[10, 'SYN-SENT']], 10.01), { closeReason: 'refused' }],
    says: /No RST of db-1 for this connection is recorded/,
  },
  {
    verdict: 'not there',
    web: [ESTAB],
    says: /db-1 has no connection of these addresses and ports at that time, and its record is complete/,
  },
  {
    verdict: 'too early',
    web: [SYN, { closeReason: 'timed out' }],
    atS: 12,
    says: /less than 3 s before: this is too early/,
  },
  {
    verdict: 'cut on the way',
    web: [ended(ESTAB, 40), { closeReason: 'timed out' }],
    db: [ended(ACCEPTED, 50), { closeReason: 'timed out' }],
    says: /the way between web-1 and db-1 was cut/,
  },
  {
    verdict: 'older connection there',
    web: [SYN, { closeReason: 'timed out' }],
    db: [
      [
        [1, 'SYN-RECV'],
        [1.1, 'ESTAB'],
      ],
    ],
    says: /an older connection with the same addresses and ports/,
  },
  {
    verdict: 'not sent',
    web: [[[10, 'UNCONN']], { closeReason: 'failed', closedUs: usAt(10), closedSource: 'probe' }],
    says: /no SYN was sent/,
  },
];

const portOf = (index: number) => 40_001 + index;

describe('both ends of a connection', () => {
  const stage = new Stage();
  let lab: FleetLab;

  before(async function () {
    this.timeout(120_000);
    requireChdb(this);
    lab = await FleetLab.start();
    const directory = await stage.directory();
    const web = CASES.map(({ web: [entered, more], port = 9_200 }, index) =>
      connectionOf(index + 1, entered, { tuple: between(WEB, portOf(index), DB, port), ...more }),
    );
    const db = CASES.flatMap(({ db: row, port = 9_200 }, index) =>
      row === undefined ? [] : [onDb(index + 1, row[0], { tuple: between(DB, port, WEB, portOf(index)), ...row[1] })],
    );
    const to = (id: number, address: string, more: Partial<Connection> = {}) =>
      connectionOf(id, SYN, { tuple: between(WEB, 50_000 + id, address, 9_200), closeReason: 'timed out', ...more });
    await lab.host('web-1', directory, {
      connections: [
        ...web,
        to(101, '10.9.9.9'),
        to(102, '10.0.0.5'),
        to(103, '10.0.0.3'),
        to(104, '10.0.0.4'),
        to(105, '10.0.0.6'),
        to(106, '10.0.0.8'),
        // Behind a translation of the source.
        connectionOf(107, ESTAB, { tuple: between('192.168.1.7', 50_107, '10.0.0.7', 443) }),
        connectionOf(108, ESTAB, { tuple: between('::ffff:10.0.0.1', 50_108, '::ffff:10.0.0.2', 9_200) }),
        connectionOf(109, ESTAB, { tuple: between('127.0.0.1', 50_109, '127.0.0.1', 9_200) }),
        connectionOf(110, [[5, 'LISTEN']], { origin: 'listen', tuple: between(WEB, 22, '0.0.0.0', 0) }),
        connectionOf(111, ACCEPTED, { origin: 'accept', tuple: between('127.0.0.1', 9_200, '127.0.0.1', 50_109) }),
      ],
    });
    await lab.host(
      'db-1',
      directory,
      {
        connections: [
          ...db,
          listener(201, 9_200),
          listener(202, 9_300),
          onDb(203, ACCEPTED, { tuple: between(DB, 9_200, WEB, 50_108) }),
        ],
        samples: [sampleOf(201, usAt(0), { recvQ: 0, sendQ: 128 }), sampleOf(202, usAt(4), { recvQ: 3, sendQ: 2 })],
        endS: 140,
      },
      'all',
      AHEAD_S * 1e6,
    );
    const other = (id: number, address: string) =>
      connectionOf(id, [[1, 'ESTAB']], { origin: 'accept', tuple: between(address, 22, '10.0.9.9', 60_000) });
    await lab.host('twin-1', directory, { connections: [other(1, '10.0.0.5')] });
    await lab.host('twin-2', directory, { connections: [other(1, '10.0.0.5')] });
    await lab.host('old-1', directory, { connections: [other(1, '10.0.0.3')], endS: 28 });
    await lab.host('gap-1', directory, {
      connections: [other(1, '10.0.0.4')],
      gaps: [{ fromUs: usAt(15), toUs: usAt(16) }],
    });
    await lab.host('part-1', directory, { connections: [other(1, '10.0.0.6')] }, 'failures');
    await lab.host('nat-1', directory, {
      connections: [
        connectionOf(1, ACCEPTED, {
          origin: 'accept',
          comm: 'nginx',
          tuple: between('10.0.0.7', 443, '10.0.0.99', 50_107),
        }),
        // Its port fits too, and it has another end of its own.
        connectionOf(2, ACCEPTED, { origin: 'accept', tuple: between('10.0.0.7', 443, '10.0.0.98', 50_107) }),
      ],
    });
    await lab.host('nat-client', directory, {
      connections: [connectionOf(1, ESTAB, { tuple: between('10.0.0.98', 50_107, '10.0.0.7', 443) })],
    });
  });
  after(async () => {
    await lab?.close();
    await stage[Symbol.asyncDispose]();
  });

  const endsOf = async (host: string, id: number, atS?: number): Promise<BothEnds> => {
    const window = { fromUs: 0, toUs: Number.MAX_SAFE_INTEGER };
    const found = await connectionOfFleetId(lab.client, { host, file: '', id }, window);
    return bothEndsOf(lab.client, found, atS === undefined ? (found.connection.closedUs ?? usAt(99)) : usAt(atS));
  };
  const textOf = (ends: BothEnds) => endsLines(ends, 10_000).join(' ').replace(/\s+/g, ' ');

  for (const [index, { verdict, says, db, atS }] of CASES.entries()) {
    it(`finds: ${verdict} (${index + 1})`, async () => {
      const ends = await endsOf('web-1', index + 1, atS);
      equal(ends.verdict, verdict, textOf(ends));
      match(textOf(ends), says);
      equal(ends.isInferred, false);
      deepEqual(
        ends.there && [ends.there.machine.host, ends.there.connection.id],
        db === undefined ? undefined : ['db-1', index + 1],
      );
      if (db !== undefined) {
        match(textOf(ends), /The clock of db-1 is [45]\.\d+s ahead of that of web-1|The clock of db-1 is 5s ahead/);
        const { offsetUs, errorUs } = ends.there?.clock ?? { offsetUs: 0, errorUs: 0 };
        ok(Math.abs(offsetUs - AHEAD_S * 1e6) <= errorUs, `${offsetUs} +- ${errorUs}`);
      }
    });
  }

  for (const [index, { verdict, db }] of CASES.entries()) {
    if (db === undefined) continue;
    it(`says the same from the other end: ${verdict} (${index + 1})`, async () => {
      const there = await endsOf('db-1', index + 1, 99 + AHEAD_S);
      deepEqual([there.there?.machine.host, there.there?.connection.id], ['web-1', index + 1]);
      // By that time the client has given up: what it waited for does not change.
      equal(there.verdict, verdict, textOf(there));
    });
  }

  it('concludes nothing where the other host is not known, or not its record', async () => {
    const expected: readonly [number, Verdict, RegExp][] = [
      [101, 'other host not known', /No host of the fleet is known to have the address 10\.9\.9\.9/],
      [
        102,
        'several hosts',
        /Several hosts of the fleet have the address 10\.0\.0\.5.*: twin-1, twin-2|twin-2, twin-1/,
      ],
      [103, 'not known', /old-1 has sent its history up to .* only/],
      [104, 'not known', /The record of gap-1 has a gap at that time/],
      [105, 'not known', /part-1 ships failures only, and counts the others/],
    ];
    for (const [id, verdict, says] of expected) {
      const ends = await endsOf('web-1', id);
      equal(ends.verdict, verdict, textOf(ends));
      match(textOf(ends), says);
      equal(ends.there, undefined);
    }
  });

  it('finds one behind an address translation by its port and time, marked as inferred', async () => {
    const ends = await endsOf('web-1', 107);
    deepEqual([ends.there?.machine.host, ends.there?.connection.id, ends.isInferred], ['nat-1', 1, true]);
    match(textOf(ends), /probably the other end, behind an address translation: .* This is inferred\./);
    const back = await endsOf('nat-1', 1);
    deepEqual([back.there?.machine.host, back.there?.connection.id, back.isInferred], ['web-1', 107, true]);
    equal((await endsOf('nat-1', 2)).there?.machine.host, 'nat-client');
  });

  it('finds v4-mapped addresses, and loopback on the same host alone', async () => {
    equal((await endsOf('web-1', 108)).there?.connection.id, 203);
    const local = await endsOf('web-1', 109);
    deepEqual([local.there?.machine.host, local.there?.connection.id, local.verdict], ['web-1', 111, 'both agree']);
  });

  it('finds the other end of every connection whatever the clocks, and says the same from both', async () => {
    const pairs = fc.sample(
      fc.record({
        aheadS: fc.integer({ min: -20, max: 20 }),
        openS: fc.integer({ min: 10, max: 60 }),
        endS: fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined }),
        isV6: fc.boolean(),
      }),
      { numRuns: 3, seed: 7 },
    );
    const directory = await stage.directory();
    const address = (isV6: boolean, n: number) => (isV6 ? `2001:db8::${n}` : `10.1.0.${n}`);
    for (const [n, { aheadS, openS, endS, isV6 }] of pairs.entries()) {
      const [a, b] = [address(isV6, 2 * n + 1), address(isV6, 2 * n + 2)];
      const own = (entered: readonly Entered[]) => (endS === undefined ? entered : ended(entered, openS + endS));
      const at = (entered: readonly Entered[]) => later(entered, openS - 10);
      // The same ports are used again and again, before and after.
      const lives = (make: (id: number, byS: number) => Connection) =>
        endS === undefined ? [make(1, 0)] : [make(1, 0), make(2, -(endS + 8)), make(3, endS + 8)];
      const opts = { closeReason: endS === undefined ? undefined : ('orderly' as const) };
      await lab.host(`a-${n}`, directory, {
        connections: lives((id, byS) =>
          connectionOf(id, later(own(at(ESTAB)), byS), { tuple: between(a, 5_000, b, 80), ...opts }),
        ),
        endS: 200,
      });
      await lab.host(
        `b-${n}`,
        directory,
        {
          connections: lives((id, byS) =>
            connectionOf(id, later(own(at(ACCEPTED)), byS + aheadS), {
              ...{ origin: 'accept', tuple: between(b, 80, a, 5_000), ...opts },
            }),
          ),
          endS: 230,
        },
        'all',
        aheadS * 1e6,
      );
      for (const id of endS === undefined ? [1] : [1, 2, 3]) {
        const [there, back] = [await endsOf(`a-${n}`, id, 150), await endsOf(`b-${n}`, id, 150 + aheadS)];
        deepEqual([there.there?.machine.host, there.there?.connection.id], [`b-${n}`, id]);
        deepEqual([back.there?.machine.host, back.there?.connection.id], [`a-${n}`, id]);
        deepEqual([there.verdict, back.verdict], ['both agree', 'both agree']);
      }
    }
  });

  const ask = async (...args: readonly string[]) => {
    const { exitCode, stdout, stderr } = await execa(
      process.execPath,
      [MAIN, 'explain', '--fleet', lab.gateway.url(), ...args],
      { reject: false, env: lab.gateway.environment() },
    );
    return { exitCode, stdout, stderr };
  };

  it('are shown by explain --fleet, after what that rests on', async () => {
    const { exitCode, stdout, stderr } = await ask('web-1:2');
    equal(exitCode, 0, stderr);
    match(
      stdout,
      /^web-1:2 {2}10\.0\.0\.1:40002 > 10\.0\.0\.2:9200 {2}java\[42\] .*SYN-SENT for 20s, ended .*: timed out\n/,
    );
    match(stdout.replace(/\s+/g, ' '), /The other end is connection 2 of db-1, 10\.0\.0\.2:9200 to 10\.0\.0\.1:40002/);
    match(stdout.replace(/\s+/g, ' '), /\[db-1: transition 2\.1 UNCONN -> SYN-RECV ~snapshot at /);
    match(stderr, /^sstory: .* to .*: \d+ of \d+ hosts complete/);
  });

  it('are a line of JSON, as published, after the basis', async () => {
    for (const [id, other] of [
      ['WEB-1:2', 'db-1'],
      ['web-1:#1', undefined],
    ] as const) {
      const { stdout, stderr } = await ask(id, '--json');
      const [basis, explanation, shown, ...rest] = stdout.split('\n').map((line) => JSON.parse(line));
      deepEqual([basis?.type, explanation?.type, explanation?.host], ['basis', 'explanation', 'web-1'], stderr);
      const format = FORMATS['ends'];
      const isEnds: (value: unknown) => boolean = new Ajv2020({ allowUnionTypes: true }).compile(
        schemaOf('ends', format),
      );
      ok(isEnds(shown), JSON.stringify(shown));
      const isExplanation: (value: unknown) => boolean = new Ajv2020({ allowUnionTypes: true }).compile(
        schemaOf('explanation', FORMATS['explanation']),
      );
      ok(isExplanation(explanation), JSON.stringify(explanation));
      equal(explanation.connection_id, shown.connection_id);
      deepEqual([shown.host, shown.other?.host, rest], ['web-1', other, []]);
    }
  });

  it('says that the host knows more of an open connection, and that a listener has no other end', async () => {
    const open = await ask('web-1:4');
    match(open.stdout.replace(/\s+/g, ' '), /^web-1:4 .*ESTAB for .* The other end is connection 4 of db-1/);
    match(open.stderr, /web-1:4 was open when it was last sent: sstory explain 4 on web-1 shows more of it/);
    const listening = await ask('web-1:110');
    equal(listening.exitCode, 0);
    match(listening.stdout, /^web-1:110 .*LISTEN for /);
    match(listening.stderr, /web-1:110 is a listener: it has no other end/);
  });

  it('takes the state at a time', async () => {
    const { stdout, stderr } = await ask('web-1:14', '--at', isoTime(usAt(12)), '--json');
    equal(JSON.parse(stdout.split('\n')[2] ?? '{}').verdict, 'too early', stderr);
  });

  const refusals: readonly (readonly [readonly string[], number, RegExp])[] = [
    [['web-1:999'], 1, /no connection 999 of web-1 was sent to/],
    [['web-9:1'], 1, /no connection 1 of web-9 was sent to/],
    [['web-1:1', '--at', isoTime(usAt(2))], 1, /web-1:1 was not open yet at/],
    [['web-1:1', '--at', 'soon'], 2, /soon/],
    [['web-1:1', 'web-1:2'], 2, /with --fleet, explain takes one HOST:ID, a filter, or --all/],
  ];
  for (const [args, exitCode, message] of refusals) {
    it(`refuses ${args.join(' ')}`, async () => {
      const outcome = await ask(...args);
      match(outcome.stderr, message);
      deepEqual([outcome.exitCode, outcome.stdout], [exitCode, '']);
    });
  }

  it('names the databases where a host has had several', async () => {
    const directory = await stage.directory();
    await lab.host('web-1', directory, { connections: [connectionOf(101, SYN)] });
    const { exitCode, stderr } = await ask('web-1:101');
    equal(exitCode, 1);
    match(
      stderr,
      /web-1 has 2 connections 101, of several databases or machines\n {2}name one: web-1:[0-9a-f]{8}:101, web-1:/,
    );
    const [, named = ''] = /name one: (\S+),/.exec(stderr) ?? [];
    equal((await ask(named)).exitCode, 0);
  });
});

/** Generated rows for property tests: any row that the tables can hold. */

import fc from 'fast-check';
import type { Connection } from '../../src/model/connection.js';
import { EVENT_KINDS } from '../../src/model/connection-event.js';
import { GAP_REASONS, GAP_SCOPES } from '../../src/model/gap.js';
import { PRUNE_REASONS, type RowKind, type RowKinds } from '../../src/model/history-rows.js';
import { NAME_ENDS, NAME_SOURCES } from '../../src/model/name.js';
import { type RecordedRun, RUN_SOURCES } from '../../src/model/run.js';
import { OPTIONAL_NUMBERS, OPTIONAL_TEXTS, type Sample } from '../../src/model/sample.js';
import { TIMER_KINDS } from '../../src/model/socket-row.js';
import type { Step } from '../../src/model/step.js';
import { CLOSE_REASONS, ORIGINS, SOURCES } from '../../src/model/stored-codes.js';
import { TCP_STATES } from '../../src/model/tcp-state.js';
import { TIMEWAIT_FACTS } from '../../src/model/timewaits.js';

/** Rows are plain objects, as readers give them. */
function record<T>(fields: { [Name in keyof T]: fc.Arbitrary<T[Name]> }): fc.Arbitrary<T> {
  return fc.record(fields, { noNullPrototype: true }) as fc.Arbitrary<T>;
}

type Arbitraries = { readonly [Kind in RowKind]: fc.Arbitrary<RowKinds[Kind]> };

const whole = fc.oneof(fc.nat(), fc.maxSafeInteger());
const positive = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const id = fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 2 ** 40 }));
const timeUs = fc.integer({ min: 1, max: 2 ** 51 });
const text = fc.oneof(fc.string({ maxLength: 20 }), fc.string({ unit: 'grapheme', maxLength: 10 }));
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const family = fc.constantFrom(4 as const, 6 as const);
const addressOf = (which: 4 | 6) => (which === 4 ? fc.ipV4() : fc.ipV6());
const state = fc.constantFrom(...TCP_STATES);
const source = fc.constantFrom(...SOURCES);
const clockSteps = fc.array(record({ atUs: timeUs, stepUs: fc.integer() }), { maxLength: 3 });

const tuple = family.chain((which) =>
  record({
    family: fc.constant(which),
    localAddr: addressOf(which),
    localPort: fc.nat(65_535),
    remoteAddr: addressOf(which),
    remotePort: fc.nat(65_535),
  }),
);

const stepsOf = (openedUs: number): fc.Arbitrary<Step[]> =>
  fc.array(
    record({
      delayUs: fc.integer({ min: -1_000, max: 2 ** 48 }),
      oldState: state,
      newState: state,
      source,
      earlier: maybe(fc.nat()),
    }).map(({ delayUs, earlier, ...step }) => {
      const atUs = openedUs + delayUs;
      return { ...step, atUs, notBeforeUs: earlier === undefined ? undefined : Math.max(0, atUs - earlier) };
    }),
    { maxLength: 12 },
  );

const connection: fc.Arbitrary<Connection> = timeUs.chain((openedUs) =>
  record({
    id,
    netns: whole,
    tuple,
    state,
    openedUs: fc.constant(openedUs),
    openedNotBeforeUs: maybe(timeUs),
    openedSource: source,
    closedUs: maybe(fc.integer({ min: openedUs, max: openedUs + 2 ** 48 })),
    closedNotBeforeUs: maybe(timeUs),
    closedSource: maybe(source),
    origin: fc.constantFrom(...ORIGINS),
    closeReason: maybe(fc.constantFrom(...CLOSE_REASONS)),
    pid: maybe(whole),
    tid: maybe(whole),
    comm: maybe(text),
    fd: maybe(fc.integer()),
    uid: maybe(whole),
    inode: maybe(whole),
    cookie: maybe(whole),
    cgroup: maybe(whole),
    bytesSent: maybe(whole),
    bytesReceived: maybe(whole),
    retransmits: whole,
    rttUs: maybe(whole),
    steps: stepsOf(openedUs),
  }).map((row) => ({ ...row, tid: row.tid ?? row.pid })),
);

const generatedRun: fc.Arbitrary<RecordedRun> = record({
  id,
  host: text,
  bootId: text,
  kernel: text,
  sstory: text,
  bpftrace: maybe(text),
  source: fc.constantFrom(...RUN_SOURCES),
  transport: maybe(text),
  intervalUs: whole,
  pid: whole,
  startedUs: timeUs,
  lastUs: timeUs,
  endedUs: maybe(timeUs),
  end: maybe(text),
  clockOffsetUs: fc.maxSafeInteger(),
  clockSteps,
  notes: text,
  initialNetns: maybe(whole),
  behindUs: maybe(whole),
  backlogBytes: maybe(whole),
});

const sample = record<Sample>({
  ...(Object.fromEntries(OPTIONAL_NUMBERS.map(({ field }) => [field, maybe(whole)])) as Record<never, never>),
  ...(Object.fromEntries(OPTIONAL_TEXTS.map((field) => [field, maybe(text)])) as Record<never, never>),
  connectionId: id,
  atUs: timeUs,
  recvQ: whole,
  sendQ: whole,
  timer: fc.constantFrom(...TIMER_KINDS),
  timerMs: whole,
  retrans: whole,
} as { [Name in keyof Sample]: fc.Arbitrary<Sample[Name]> });

const sockstat = record({
  ...{ netns: whole, atUs: timeUs, used: whole, tcpAlloc: whole, tcpOrphan: whole },
  ...{ udp: whole, udp6: whole, raw: whole, raw6: whole, frag: whole, frag6: whole },
});

export const generatedRows: Arbitraries = {
  sockstat,
  timewaits: record({ netns: whole, atUs: timeUs, fact: fc.constantFrom(...TIMEWAIT_FACTS), numbers: text, ids: text }),
  bound: family.chain((which) =>
    record({
      ...{ netns: whole, cookie: whole, fromUs: timeUs, toUs: maybe(timeUs), family: fc.constant(which) },
      ...{ localAddr: addressOf(which), localPort: fc.nat(65_535), uid: fc.nat(), inode: whole },
      ...{ cgroupId: maybe(whole), holders: text, details: text },
    }),
  ),
  thread: record({
    ...{ pid: whole, tid: positive, comm: text, fromUs: timeUs, toUs: maybe(timeUs), seenUs: maybe(timeUs) },
    ownFiles: fc.boolean(),
  }),
  run: generatedRun,
  cgroup: record({ id, path: text, container: maybe(text), pod: maybe(text), unit: maybe(text) }),
  connection,
  owner: record({
    connectionId: id,
    pid: whole,
    fd: fc.integer(),
    comm: text,
    fromUs: timeUs,
    toUs: maybe(timeUs),
    seenUs: maybe(timeUs),
    tid: maybe(positive),
  }),
  event: record({
    id: maybe(positive),
    connectionId: maybe(id),
    atUs: timeUs,
    kind: fc.constantFrom(...EVENT_KINDS),
    detail: text,
  }),
  sample,
  snapshot: record({
    atUs: timeUs,
    netns: whole,
    sockets: whole,
    tookUs: whole,
    complete: fc.boolean(),
    owners: fc.boolean(),
    nextUs: maybe(whole),
  }),
  gap: record({
    id: maybe(positive),
    fromUs: timeUs,
    toUs: timeUs,
    cpu: maybe(whole),
    lost: maybe(whole),
    reason: fc.constantFrom(...GAP_REASONS),
    scope: fc.constantFrom(...GAP_SCOPES),
  }),
  name: family.chain((which) =>
    record({
      name: text,
      address: addressOf(which),
      fromUs: timeUs,
      toUs: maybe(timeUs),
      source: fc.constantFrom(...NAME_SOURCES),
      netns: whole,
      ended: maybe(fc.constantFrom(...NAME_ENDS)),
    }),
  ),
  pruning: record({
    id,
    atUs: timeUs,
    throughUs: timeUs,
    connections: whole,
    reason: fc.constantFrom(...PRUNE_REASONS),
  }),
  namespace: record({ netns: whole, fromUs: timeUs, toUs: maybe(timeUs), netCookie: maybe(whole), name: maybe(text) }),
};

export type AnyRow = { [Kind in RowKind]: { readonly kind: Kind; readonly row: RowKinds[Kind] } }[RowKind];

/** A row of any kind. */
export const generatedRow: fc.Arbitrary<AnyRow> = fc.oneof(
  ...Object.entries(generatedRows).map(([kind, arbitrary]) =>
    (arbitrary as fc.Arbitrary<unknown>).map((row) => ({ kind, row }) as AnyRow),
  ),
);

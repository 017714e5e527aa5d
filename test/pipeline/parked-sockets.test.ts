import { deepEqual, equal } from 'node:assert/strict';
import fc from 'fast-check';
import type { Connection } from '../../src/model/connection.js';
import { ORIGINS } from '../../src/model/stored-codes.js';
import { ParkedSockets } from '../../src/pipeline/parked-sockets.js';
import { type Opening, TrackedSocket } from '../../src/pipeline/tracked-socket.js';
import { CLIENT, NETNS } from './stories.js';

const OFFSET_US = 1_795_000_000_000_000.5;

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const count = fc.integer({ min: 0, max: 2 ** 31 });
/** The largest number of 32 bits means that it is not known. */
const narrow = fc.integer({ min: 0, max: 2 ** 32 - 2 });
const port = fc.integer({ min: 1, max: 65_535 });

/** Facts of a socket in TIME-WAIT, any of them absent. */
const facts = fc.record({
  pid: maybe(count),
  tid: maybe(count),
  comm: maybe(fc.string({ maxLength: 15 })),
  fd: maybe(count),
  uid: maybe(narrow),
  inode: maybe(narrow),
  cgroup: maybe(narrow),
  bytesSent: maybe(fc.constantFrom(0, 7, 2 ** 32 - 2)),
  bytesReceived: maybe(narrow),
  rttUs: maybe(count),
  retransmits: count,
  shown: fc.constantFrom(undefined, 'TIME-WAIT' as const),
  connectReported: fc.boolean(),
});

const timeWait = fc
  .record({
    facts,
    localPort: port,
    remotePort: port,
    v6: fc.boolean(),
    cookie: maybe(fc.integer({ min: 1, max: 2 ** 40 })),
    origin: fc.constantFrom(...ORIGINS),
    bootUs: fc.integer({ min: 1, max: 1e15 }).map((eighths) => eighths / 8),
    earlierUs: fc.constantFrom(undefined, Number.POSITIVE_INFINITY, 5),
    firstIs: fc.constantFrom('probe', 'snapshot'),
    endsAfterUs: maybe(fc.integer({ min: 1, max: 1e8 })),
  })
  .map((like): TrackedSocket => {
    const { localPort, remotePort, v6, bootUs, earlierUs } = like;
    const notBeforeBootUs = earlierUs && bootUs - earlierUs;
    const ends = v6 ? { localAddr: 'fe80::1', remoteAddr: '::1', family: 6 as const } : {};
    const opening: Opening = {
      netns: NETNS,
      tuple: { ...CLIENT, ...ends, localPort, remotePort },
      origin: like.origin,
      bootUs,
      notBeforeBootUs,
      source: like.firstIs,
      cookie: like.cookie ?? 0,
    };
    const socket = Object.assign(new TrackedSocket(1, opening, OFFSET_US), like.facts);
    socket.enter('SYN-SENT', bootUs, like.firstIs, like.firstIs === 'probe' ? undefined : (notBeforeBootUs ?? bootUs));
    socket.enter('ESTAB', bootUs + 7.25, 'probe');
    socket.enter('FIN-WAIT-1', bootUs + 1e9, 'snapshot');
    socket.enter('TIME-WAIT', bootUs + 2e9, 'probe');
    Object.assign(socket, {
      timewait: true,
      closeReason: 'orderly',
      expiresBootUs: bootUs + 2.06e9,
      deliveredSteps: 4,
    });
    if (like.endsAfterUs !== undefined) {
      socket.foresee(socket.expiresBootUs + like.endsAfterUs, socket.changedBootUs + 1);
      socket.writtenEndUs = socket.foreseenEnd?.closedUs;
    }
    return socket;
  });

describe('a socket in TIME-WAIT that is kept in compact form', () => {
  it('is the same when it is an object again', () => {
    fc.assert(
      fc.property(fc.array(timeWait, { minLength: 1, maxLength: 20 }), (sockets) => {
        const parked = new ParkedSockets();
        const slots = sockets.map((socket) => parked.add(socket));
        for (const [index, socket] of sockets.entries())
          deepEqual(parked.remove(slots[index] ?? -1, 0), Object.assign(socket, { unparked: true }));
        equal(parked.count, 0);
      }),
    );
  });

  it('is a connection as it was written, and ends as one', () => {
    const fields = (each: Connection) => {
      const { id, netns, tuple, state, openedUs, openedNotBeforeUs, openedSource, origin, closeReason, steps } = each;
      const { closedUs, closedNotBeforeUs, closedSource, pid, tid, comm, fd, uid, inode, cookie, cgroup } = each;
      const { bytesSent, bytesReceived, retransmits, rttUs, writtenEndUs, packed } = each;
      return [
        ...[id, netns, tuple, state, openedUs, openedNotBeforeUs, openedSource, origin, closeReason, steps],
        ...[closedUs, closedNotBeforeUs, closedSource, pid, tid, comm, fd, uid, inode, cookie, cgroup],
        ...[bytesSent, bytesReceived, retransmits, rttUs, writtenEndUs, packed?.text()],
      ];
    };
    fc.assert(
      fc.property(timeWait, (socket) => {
        const parked = new ParkedSockets();
        const connection = parked.connectionAt(parked.add(socket) ?? -1);
        deepEqual(fields(connection), fields(socket));
        const bootUs = socket.changedBootUs + 1_000.5;
        connection.end(socket.wallUs(bootUs));
        socket.close('orderly', bootUs, 'probe');
        deepEqual(fields(connection), fields(socket));
      }),
    );
  });

  it('is found by its four-tuple and its cookie, until it is taken out', () => {
    const arbitrary = fc.tuple(fc.array(timeWait, { maxLength: 30 }), fc.infiniteStream(fc.boolean()));
    fc.assert(
      fc.property(arbitrary, ([sockets, choices]) => {
        const parked = new ParkedSockets();
        const kept = new Map<number, TrackedSocket>();
        for (const each of sockets) {
          const socket = Object.assign(each, { tuple: { ...each.tuple, localPort: each.tuple.localPort % 3 } });
          kept.set(parked.add(socket) ?? -1, socket);
          const first = kept.keys().next().value;
          if (first !== undefined && choices.next().value === true) {
            parked.remove(first, 0);
            kept.delete(first);
          }
          for (const { tuple } of sockets) {
            const alike = [...kept].filter(([, other]) => sameTuple(other.tuple, tuple)).map(([slot]) => slot);
            deepEqual([...parked.withTuple(NETNS, tuple)].sort(), alike.sort());
            deepEqual(parked.withTuple(NETNS + 1, tuple), []);
          }
          deepEqual(new Set(parked.slots()), new Set(kept.keys()));
          deepEqual(
            [parked.count, parked.unshown, parked.unforeseen],
            [
              kept.size,
              [...kept.values()].filter(({ shown }) => shown === undefined).length,
              [...kept.values()].filter(({ foreseenEnd }) => foreseenEnd === undefined).length,
            ],
          );
        }
      }),
    );
  });

  it('is the same when it is an object again, with times in parts of microseconds: those after its last change in whole ones', () => {
    const [socket] = fc.sample(timeWait, 1) as [TrackedSocket];
    const changedBootUs = socket.changedBootUs + 0.3;
    const expiresBootUs = changedBootUs + 59_999_999.7;
    Object.assign(socket, { changedBootUs, expiresBootUs, evidenceBootUs: changedBootUs + 7.9 });
    const { closedUs, notBeforeUs } = socket.foresee(expiresBootUs + 0.6, changedBootUs + 8.6);
    const parked = new ParkedSockets();
    const slot = parked.add(socket) ?? -1;
    equal(parked.writtenEndAt(slot), closedUs);
    const again = parked.remove(slot, 0);
    deepEqual([again.foreseenEnd?.closedUs, again.foreseenEnd?.notBeforeUs], [closedUs, notBeforeUs]);
    equal(Math.round((again.evidenceBootUs - changedBootUs) * 100), 700);
    equal(Math.round(again.expiresBootUs - changedBootUs), 59_999_999);
  });

  it('has the ends that are foreseen in their order, whichever come and go', () => {
    const arbitrary = fc.tuple(
      fc.array(fc.array(timeWait, { maxLength: 5 }), { maxLength: 10 }),
      fc.infiniteStream(fc.nat()),
    );
    fc.assert(
      fc.property(arbitrary, ([batches, choices]) => {
        const parked = new ParkedSockets();
        const kept = new Set<number>();
        for (const batch of batches) {
          const slots = batch.map((socket) => parked.add(socket) ?? -1);
          for (const slot of slots) kept.add(slot);
          parked.ends.add([...slots, ...slots]);
          const gone = [...kept][choices.next().value % (kept.size + 1)];
          if (gone === undefined) continue;
          kept.delete(gone);
          parked.drop(gone);
        }
        const expected = [...kept].map((slot) => parked.endAt(slot)).filter((end) => end !== undefined);
        const ends: unknown[] = [];
        for (let slot = parked.ends.first; slot !== undefined; slot = parked.ends.first) {
          ends.push(parked.endAt(slot));
          parked.drop(slot);
        }
        deepEqual(
          ends,
          expected.sort((one, other) => one - other),
        );
      }),
    );
  });

  it('is no parked one with a number that a row has no room for', () => {
    for (const facts of [{ bytesSent: 2 ** 32 }, { inode: 2 ** 40 }, { uid: 2 ** 32 - 1 }, { expiresBootUs: 1e300 }]) {
      const parked = new ParkedSockets();
      const [socket, other] = fc.sample(timeWait, 2) as [TrackedSocket, TrackedSocket];
      equal(parked.add(Object.assign(socket, facts)), undefined);
      equal(parked.count, 0);
      deepEqual(parked.withTuple(NETNS, socket.tuple), []);
      const slot = parked.add(other);
      deepEqual([...parked.slots()], [slot]);
    }
  });

  it('is no parked one with a step that was inferred, or more steps than a row has room for', () => {
    const [inferred, long] = fc.sample(timeWait, 2);
    inferred?.enter('TIME-WAIT', inferred.changedBootUs, 'snapshot', 1);
    for (let step = 0; step < 3; step++) long?.enter('TIME-WAIT', long.changedBootUs, 'probe');
    const parked = new ParkedSockets();
    for (const socket of [inferred, long]) equal(socket && parked.add(socket), undefined);
  });
});

function sameTuple(one: TrackedSocket['tuple'], other: TrackedSocket['tuple']): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

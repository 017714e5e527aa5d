import { deepEqual, equal, match } from 'node:assert/strict';
import type { BoundRecord } from '../../src/model/bound.js';
import type { HistoryBatch } from '../../src/model/history-batch.js';
import type { FoundOwner } from '../../src/model/owner.js';
import { snapshotOf } from '../../src/model/snapshot-rows.js';
import type { SocketRow } from '../../src/model/socket-row.js';
import { Correlator } from '../../src/pipeline/correlator.js';
import { NETNS, OFFSET_US, row } from './stories.js';

const S = 1_000_000;
const TUPLE = { family: 4, localAddr: '127.0.0.1', localPort: 7_000, remoteAddr: '0.0.0.0', remotePort: 0 } as const;

/** Dumps of one namespace, one after the other, each with all of its rows. */
class Story {
  private readonly correlator = new Correlator({ firstId: 1, tracing: true });

  dump(atS: number, rows: readonly SocketRow[], owners: ReadonlyMap<number, readonly FoundOwner[]> = new Map()) {
    const times = { netns: NETNS, startBootUs: atS * S, endBootUs: atS * S + 100, offsetUs: OFFSET_US, owners };
    return told(this.correlator.accept(snapshotOf(rows, times)));
  }

  /** A dump without TIME-WAITs has no bound sockets. */
  dumpWithoutBound(atS: number) {
    const times = { netns: NETNS, startBootUs: atS * S, endBootUs: atS * S + 100, offsetUs: OFFSET_US };
    const snapshot = { ...snapshotOf([], times), bound: undefined, withoutTimeWait: true, gone: new Float64Array() };
    return told(this.correlator.accept(snapshot));
  }

  end(atS: number) {
    const change = { kind: 'netns', netns: NETNS, present: false, bootUs: atS * S, offsetUs: OFFSET_US } as const;
    return told(this.correlator.accept(change));
  }
}

/** `cookie from-to uid holders`, seconds. */
function told({ bound }: HistoryBatch): string[] {
  const seconds = (us: number | undefined) => (us === undefined ? '' : (us - OFFSET_US) / S);
  const pids = ({ holders }: BoundRecord) => (JSON.parse(holders) as FoundOwner[]).map(({ pid }) => pid);
  return bound.map((each) =>
    `${each.cookie} ${seconds(each.fromUs)}-${seconds(each.toUs)} ${each.uid} ${pids(each)}`.trim(),
  );
}

const bound = (cookie: number, more: Partial<SocketRow> = {}) =>
  row('UNCONN', { cookie, inode: 100 + cookie, uid: 0, tuple: { ...TUPLE, localPort: 7_000 + cookie }, ...more });
const heldBy = (inode: number, ...pids: number[]) =>
  new Map([[inode, pids.map((pid) => ({ pid, fd: 3, comm: 'java' }))]]);

describe('a socket that is bound and nothing more', () => {
  it('is recorded from the first dump that has it to the first that does not', () => {
    const story = new Story();
    deepEqual(story.dump(1, [bound(1)]), ['1 1- 0']);
    deepEqual(story.dump(2, []), ['1 1-2 0']);
    deepEqual(story.dump(3, []), []);
  });

  it('is left as it is by a dump that was not asked for it', () => {
    const story = new Story();
    story.dump(1, [bound(1)]);
    deepEqual(story.dumpWithoutBound(2), []);
    deepEqual(story.dump(3, []), ['1 1-3 0']);
  });

  it('has a row of its own for each time that it was found otherwise', () => {
    const story = new Story();
    story.dump(1, [bound(1)]);
    deepEqual(story.dump(2, [bound(1, { uid: 7 })]), ['1 1-2 0', '1 2- 7']);
  });

  it('has the first owners that are found from its beginning, and others from then on', () => {
    const story = new Story();
    deepEqual(story.dump(1, [bound(1)]), ['1 1- 0']);
    deepEqual(story.dump(2, [bound(1)], heldBy(101, 42)), ['1 1- 0 42']);
    deepEqual(story.dump(3, [bound(1)], heldBy(101, 42, 43)), ['1 1-3 0 42', '1 3- 0 42,43']);
  });

  it('ends with its network namespace', () => {
    const story = new Story();
    story.dump(1, [bound(1), bound(2)]);
    deepEqual(story.end(2), ['1 1-2 0', '2 1-2 0']);
  });

  it('is no connection, and its details are those of a sample', () => {
    const correlator = new Correlator({ firstId: 1, tracing: true });
    const times = { netns: NETNS, startBootUs: S, endBootUs: S + 100, offsetUs: OFFSET_US };
    const batch = correlator.accept(snapshotOf([bound(1, { mark: 23 })], times));
    equal(batch.connections.length + batch.samples.length, 0);
    match(batch.bound[0]?.details ?? '', /"recv_q":0.*"fwmark":23/);
  });
});

import { deepEqual, equal } from 'node:assert/strict';
import type { FoundOwner, Ownership } from '../../src/model/owner.js';
import { snapshotOf } from '../../src/model/snapshot-rows.js';
import type { CarriedConnection } from '../../src/pipeline/carry-over.js';
import { Correlator } from '../../src/pipeline/correlator.js';
import { CLIENT, connectionsAfter, drained, NETNS, OFFSET_US, row, timeWait, transition } from './stories.js';

const SECOND = 1_000_000;
const OPENED_US = 5_000;
const NGINX = { pid: 10, fd: 3, comm: 'nginx' };
const WORKER = { pid: 11, fd: 3, comm: 'nginx' };

/** A listener that process 10 opened, and the rows of owners that its snapshots cause. */
class Story {
  private readonly correlator: Correlator;
  private listener = connectionsAfter([]).at(0);

  constructor(carriedOver: readonly CarriedConnection[] = []) {
    this.correlator = new Correlator({ firstId: 1, tracing: true, carriedOver });
  }

  open(): this {
    const task = { pid: 10, tid: 10, comm: 'nginx' };
    const batch = this.correlator.accept(
      drained([transition(OPENED_US, 'UNCONN', 'LISTEN', { task, fd: 3, cookie: 77 })]),
    );
    this.listener = connectionsAfter([batch])[0];
    return this;
  }

  /** A snapshot: the owners that it reports, `NAME[PID] fd FROM-TO seen SEEN`, seconds. */
  see(atS: number, owners: readonly FoundOwner[], all = false): string[] {
    return this.rows(atS, owners, all).map(textOf);
  }

  rows(atS: number, owners: readonly FoundOwner[], all = false): readonly Ownership[] {
    const startBootUs = atS * SECOND;
    this.correlator.accept(drained([], startBootUs + 100));
    const rows = [row('LISTEN')];
    const snapshot = snapshotOf(rows, { netns: NETNS, startBootUs, endBootUs: startBootUs, offsetUs: OFFSET_US });
    const batch = this.correlator.accept({ ...snapshot, owners: new Map([[77, owners]]), allOwners: all });
    this.listener = connectionsAfter([batch])[0] ?? this.listener;
    return batch.owners;
  }

  get connection() {
    return this.listener;
  }
}

const seconds = (us: number | undefined) => (us === undefined ? '' : (us - OFFSET_US) / SECOND);

function textOf({ pid, fd, comm, fromUs, toUs, seenUs }: Ownership): string {
  return `${comm}[${pid}] ${fd} ${seconds(fromUs)}-${seconds(toUs)}${seenUs === undefined ? '' : ` seen ${seconds(seenUs)}`}`;
}

describe('the owner of a connection that waited, whose accept(2) no event reported', () => {
  /** Its owners, of a connection of whose dumps these are the inodes and the owners. */
  const history = (...dumps: readonly (readonly [inode: number, owners?: readonly FoundOwner[]])[]) => {
    const correlator = new Correlator({ firstId: 1, tracing: true });
    const handshake = [transition(OPENED_US, 'LISTEN', 'SYN-RECV'), transition(OPENED_US + 10, 'SYN-RECV', 'ESTAB')];
    correlator.accept(drained(handshake, SECOND));
    return dumps.flatMap(([inode, owners], index) => {
      const startBootUs = (index + 2) * SECOND;
      correlator.accept(drained([], startBootUs + 100));
      const times = { netns: NETNS, startBootUs, endBootUs: startBootUs, offsetUs: OFFSET_US };
      const gone = index === 0 ? undefined : new Float64Array(0);
      const found = owners === undefined ? new Map() : new Map([[77, owners]]);
      const batch = correlator.accept({ ...snapshotOf([row('ESTAB', { inode })], times), gone, owners: found });
      return batch.owners.map(textOf);
    });
  };

  it('begins with the dump that shows it accepted', () => {
    deepEqual(history([0], [0], [7], [7, [WORKER]]), ['nginx[11] 3 4-']);
  });

  it('begins with the handshake where no dump had it before accept(2)', () => {
    deepEqual(history([7], [7, [WORKER]]), []);
  });
});

describe('the owners of a socket', () => {
  it('have no row while there is only the opener', () => {
    deepEqual(new Story().open().see(1, [NGINX]), []);
  });
  it('have a row for each that was forked, from the fork on', () => {
    const story = new Story().open();
    deepEqual(story.see(2, [NGINX, { ...WORKER, sinceBootUs: 1_500_000, parent: 10 }]), ['nginx[11] 3 1.5-']);
    deepEqual(story.see(3, [NGINX, WORKER]), []);
  });
  it('have it from when they are seen where they may have got it after their fork or exec', () => {
    const since = { sinceBootUs: 1_500_000, parent: 10 };
    const worker = { ...WORKER, ...since };
    const seen = (owner: FoundOwner) => new Story().open().see(2, [NGINX, owner]);
    deepEqual(seen({ ...worker, fd: 4 }), ['nginx[11] 4 2-'], 'another descriptor');
    deepEqual(seen({ ...worker, parent: 1 }), ['nginx[11] 3 2-'], 'not of this parent');
    deepEqual(seen({ ...worker, sinceBootUs: 1_000 }), ['nginx[11] 3 2-'], 'forked before it was opened');
  });
  it('have it from their fork on where their parent has closed it since', () => {
    const worker = { ...WORKER, sinceBootUs: 1_500_000, parent: 10 };
    deepEqual(new Story().open().see(2, [worker]), ['nginx[10] 3 0.005-2 seen 0.005', 'nginx[11] 3 1.5-']);
  });
  it('end with the time by which they were missing, and the one at which they were last seen', () => {
    const story = new Story().open();
    story.see(1, [NGINX, WORKER], true);
    deepEqual(story.see(12, [NGINX], true), ['nginx[11] 3 1-12 seen 1']);
  });
  it('have a row for the opener once it no longer is one', () => {
    const story = new Story().open();
    story.see(1, [NGINX], true);
    story.see(11, [NGINX], true);
    deepEqual(story.see(20, [WORKER], true), ['nginx[10] 3 0.005-20 seen 11', 'nginx[11] 3 20-']);
    equal(story.connection?.pid, 10);
  });
  it('may be none', () => {
    const story = new Story().open();
    deepEqual(story.see(1, []), ['nginx[10] 3 0.005-1 seen 0.005']);
    deepEqual(story.see(2, [WORKER]), ['nginx[11] 3 2-']);
  });
  it('get their new name at exec', () => {
    const story = new Story().open();
    const sleep = { pid: 10, fd: 3, comm: 'sleep', sinceBootUs: 1_200_000 };
    deepEqual(story.see(2, [sleep]), ['nginx[10] 3 0.005-1.2 seen 1.2', 'sleep[10] 3 1.2-']);
    deepEqual(story.see(3, [sleep]), []);
  });
  it('hold it by several descriptors', () => {
    const story = new Story().open();
    deepEqual(story.see(1, [NGINX, { ...NGINX, fd: 9 }]), ['nginx[10] 9 1-']);
    deepEqual(story.see(2, [{ ...NGINX, fd: 9 }]), ['nginx[10] 3 0.005-2 seen 0.005']);
  });
  it('may be threads with descriptors of their own', () => {
    const story = new Story().open();
    const thread = { ...NGINX, tid: 12 };
    deepEqual(
      story.rows(1, [NGINX, thread]).map(({ tid }) => tid),
      [12],
    );
    deepEqual(
      story.rows(2, [thread]).map(({ tid, toUs }) => [tid, seconds(toUs)]),
      [[undefined, 2]],
    );
  });

  it('are the thread that opened it where it has descriptors of its own', () => {
    const story = new Story().open();
    deepEqual(
      story.rows(1, [{ ...NGINX, tid: 10 }]).map(({ tid, fromUs, toUs }) => [tid, seconds(fromUs), toUs]),
      [[10, OPENED_US / SECOND, undefined]],
    );
    deepEqual(story.rows(2, [{ ...NGINX, tid: 10 }]), []);
  });

  it('are asked for where a socket that a dump has shown begins another connection', () => {
    const asked: number[] = [];
    const correlator = new Correlator({ firstId: 1, tracing: true });
    const see = (atS: number) =>
      correlator.accept({
        ...snapshotOf([], { netns: NETNS, startBootUs: atS * SECOND, endBootUs: atS * SECOND, offsetUs: OFFSET_US }),
        askForOwners: (cookie) => asked.push(cookie),
      });
    correlator.accept(
      drained([
        transition(OPENED_US, 'UNCONN', 'SYN-SENT', { cookie: 78 }),
        transition(OPENED_US + 1, 'UNCONN', 'SYN-SENT', { tuple: { ...CLIENT, localPort: 5 }, skaddr: 0xbeef }),
      ]),
    );
    see(1);
    see(2);
    deepEqual(asked, [78]);
  });

  it('are not taken from a list that comes when it already waits in TIME-WAIT', () => {
    const correlator = new Correlator({ firstId: 1, tracing: true, carriedOver: [] });
    const task = { pid: 10, tid: 10, comm: 'nginx' };
    const events = timeWait(CLIENT.localPort, 3).map((event) => ({ ...event, task, fd: 3, cookie: 77 }));
    const lookAt = (atS: number, state: 'ESTAB' | 'TIME-WAIT') => {
      const startBootUs = atS * SECOND;
      correlator.accept(drained([], startBootUs + 100));
      const times = { netns: NETNS, startBootUs, endBootUs: startBootUs, offsetUs: OFFSET_US };
      const snapshot = snapshotOf([row(state)], times);
      return correlator.accept({ ...snapshot, owners: new Map([[77, [WORKER]]]) }).owners.map(textOf);
    };
    correlator.accept(drained(events.slice(0, 2)));
    deepEqual(lookAt(2.9999, 'ESTAB').length, 2);
    correlator.accept(drained(events.slice(2)));
    deepEqual(lookAt(4, 'TIME-WAIT'), []);
  });

  describe('in a new run', () => {
    /** The listener, opened at 1 s by process 10 and passed to process 11, as the run before left it. */
    function next(owners: readonly FoundOwner[]): string[] {
      const before = new Story().open();
      const known = [...before.rows(1, [NGINX, WORKER]), ...before.rows(2, [WORKER])];
      const current = new Map(known.map((each) => [`${each.pid} ${each.fromUs}`, each]));
      const { connection } = before;
      if (connection === undefined) return ['no connection'];
      const carried = { connection, evidenceUs: 2 * SECOND + OFFSET_US, sameBoot: true, owners: [...current.values()] };
      return new Story([carried]).see(10, owners, true);
    }

    it('go on', () => {
      deepEqual(next([WORKER]), []);
    });
    it('have ended where they no longer hold it', () => {
      deepEqual(next([{ pid: 12, fd: 3, comm: 'heir' }]), ['nginx[11] 3 1-10 seen 1', 'heir[12] 3 10-']);
    });
    it('include the opener again where it is one again', () => {
      deepEqual(next([NGINX, WORKER]), ['nginx[10] 3 10-']);
    });
  });
});

import { deepEqual } from 'node:assert/strict';
import { ChangeMemory, type InodeBook } from '../../src/snapshot/change-memory.js';
import { findMessages } from '../../src/snapshot/netlink-messages.js';
import { attribute, type SocketFields, socket, words } from './diag-bytes.js';

const TIME_WAIT = 6;
const CLOSE_WAIT = 8;
const LAST_ACK = 9;

/** A struct tcp_info whose word at an offset has this value. */
function info(at: number, value: number): Buffer {
  const bytes = Buffer.alloc(240);
  bytes.set(words(value), at);
  return attribute(2, bytes);
}

/** A memory that takes dumps a second apart. */
class Dumps {
  readonly memory: ChangeMemory;
  private nowMs = 0;

  constructor(book?: InodeBook) {
    this.memory = new ChangeMemory(book);
  }

  /** 1 for each row that is passed on as changed. */
  take(messages: readonly Buffer[], withoutTimeWait = false): number[] {
    const bytes = Buffer.concat(messages);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.memory.begin(withoutTimeWait, this.nowMs);
    this.nowMs += 1_000;
    return findMessages(bytes).starts.map((start) => (this.memory.differs(view, start) ? 1 : 0));
  }

  /** The cookies of those that are gone, of TIME-WAITs negative. */
  end(): number[] {
    return [...this.memory.end()].sort((a, b) => a - b);
  }
}

/** Which rows of the last of several dumps are passed on as changed. */
function changed(...dumps: readonly (readonly Buffer[])[]): number[] {
  const memory = new Dumps();
  let last: number[] = [];
  for (const messages of dumps) {
    last = memory.take(messages);
    memory.end();
  }
  return last;
}

describe('the memory of a dump', () => {
  it('takes every socket as changed at first', () => {
    deepEqual(changed([socket({ cookie: 1n }), socket({ cookie: 2n })]), [1, 1]);
  });
  it('knows a socket by its cookie, wherever it lies', () => {
    const [one, two] = [socket({ cookie: 1n, inode: 5 }), socket({ cookie: 2n, inode: 6 })];
    deepEqual(changed([one, two], [two, one]), [0, 0]);
  });
  it('knows a socket that has connected again beside the TIME-WAIT of its last connection, which has the same cookie', () => {
    const events: string[] = [];
    const book = {
      add: (inode: number) => events.push(`+${inode}`),
      delete: (inode: number) => events.push(`-${inode}`),
    };
    const memory = new Dumps(book);
    const [full, waits] = [socket({ cookie: 1n, inode: 5 }), socket({ cookie: 1n, state: TIME_WAIT, expires: 60_000 })];
    const later = socket({ cookie: 1n, state: TIME_WAIT, expires: 0 });
    const dumps = [[full], [waits], [later, full], [later, full], [full], []];
    const seen = dumps.map((messages) => [memory.take(messages), memory.end()]);
    deepEqual(seen, [
      [[1], []],
      [[1], [1]],
      [[0, 1], []],
      [[0, 0], []],
      [[0], [-1]],
      [[], [1]],
    ]);
    deepEqual(events, ['+5', '-5', '+5', '-5']);
  });
  it('forgets what is gone', () => {
    const one = socket({ cookie: 1n });
    deepEqual(changed([one], [], [one]), [1]);
  });

  const same: readonly [title: string, before: SocketFields, after: SocketFields][] = [
    ['a running timer', { timer: 1, expires: 200 }, { timer: 1, expires: 100 }],
    ['a TIME-WAIT whose timer is overdue', { state: TIME_WAIT, expires: 0 }, { state: TIME_WAIT, expires: 0 }],
    ['a TIME-WAIT that runs down', { state: TIME_WAIT, expires: 60_000 }, { state: TIME_WAIT, expires: 59_000 }],
  ];
  for (const [title, before, after] of same) {
    it(`takes no notice of ${title}`, () => {
      deepEqual(changed([socket({ cookie: 1n, ...before })], [socket({ cookie: 1n, ...after })]), [0]);
    });
  }

  const other: readonly [title: string, before: SocketFields, after: SocketFields][] = [
    [
      'a TIME-WAIT whose timer was restarted',
      { state: TIME_WAIT, expires: 60_000 },
      { state: TIME_WAIT, expires: 59_600 },
    ],
    ['another state', { state: 1 }, { state: CLOSE_WAIT }],
    ['another state whose timer starts too', { state: CLOSE_WAIT, timer: 0 }, { state: LAST_ACK, timer: 1 }],
    ['a timer of another kind', { timer: 1 }, { timer: 4 }],
    ['a retransmission', { timer: 1, retransmits: 1 }, { timer: 1, retransmits: 2 }],
    ['a queue', { recvQ: 0 }, { recvQ: 1 }],
    ['a queue emptied into the other', { recvQ: 1, sendQ: 0 }, { recvQ: 0, sendQ: 1 }],
    ['an inode: accepted', { inode: 0 }, { inode: 9 }],
    ['another user', { uid: 0 }, { uid: 33 }],
    ['SO_BINDTODEVICE', { interfaceIndex: 0 }, { interfaceIndex: 2 }],
  ];
  for (const [title, before, after] of other) {
    it(`passes on ${title}`, () => {
      deepEqual(changed([socket({ cookie: 1n, ...before })], [socket({ cookie: 1n, ...after })]), [1]);
    });
  }

  const figures: readonly [title: string, offset: number, passedOn: number][] = [
    ['the last time of data', 44, 0],
    ['TCP_WINDOW_CLAMP', 64, 1],
    ['the congestion window', 80, 1],
    ['retransmits', 100, 1],
    ['SO_MAX_PACING_RATE', 112, 1],
    ['bytes acknowledged', 120, 1],
    ['bytes received', 128, 1],
    ['segments sent', 136, 1],
    ['segments received', 140, 1],
    ['how long it was busy', 168, 0],
  ];
  for (const [title, offset, passedOn] of figures) {
    it(`${passedOn === 1 ? 'passes on' : 'ignores'} ${title}`, () => {
      const dump = (value: number) => [socket({ cookie: 1n }, info(offset, value))];
      deepEqual(changed(dump(1), dump(2)), [passedOn]);
    });
  }

  const attributes: readonly [title: string, type: number, passedOn: number][] = [
    ['the memory of a socket', 7, 1],
    ['IP_TOS', 5, 1],
    ['a shutdown', 8, 1],
    ['SO_MARK', 15, 1],
    ['SO_PRIORITY', 17, 1],
    ['IP_TRANSPARENT', 22, 1],
    ['details of a congestion control', 16, 0],
  ];
  for (const [title, type, passedOn] of attributes) {
    it(`${passedOn === 1 ? 'passes on' : 'ignores'} ${title}`, () => {
      const dump = (value: number) => [socket({ cookie: 1n }, attribute(type, words(value, 0, 0, 0, 0)))];
      deepEqual(changed(dump(1), dump(2)), [passedOn]);
    });
  }

  it('reports what is gone', () => {
    const dumps = new Dumps();
    const sockets = Array.from({ length: 2_000 }, (_, index) => socket({ cookie: BigInt(index + 1) }));
    dumps.take(sockets);
    deepEqual([dumps.memory.count, dumps.end()], [2_000, []]);
    dumps.take(sockets.filter((_, index) => index % 2 === 1));
    deepEqual(
      [dumps.memory.count, dumps.end()],
      [1_000, sockets.flatMap((_, index) => (index % 2 === 0 ? [index + 1] : []))],
    );
    deepEqual(
      dumps.take(sockets),
      sockets.map((_, index) => (index % 2 === 0 ? 1 : 0)),
    );
  });
  it('keeps the TIME-WAITs where a dump was taken without them', () => {
    const dumps = new Dumps();
    const [open, waiting] = [socket({ cookie: 1n }), socket({ cookie: 2n, state: TIME_WAIT, expires: 60_000 })];
    dumps.take([open, waiting]);
    dumps.end();
    dumps.take([], true);
    deepEqual([dumps.end(), dumps.memory.timeWaits], [[1], 1]);
    deepEqual(dumps.take([socket({ cookie: 2n, state: TIME_WAIT, expires: 58_000 })]), [0]);
    dumps.end();
    dumps.take([]);
    deepEqual([dumps.end(), dumps.memory.timeWaits], [[-2], 0]);
  });
  it('passes on a row that was asked for, once', () => {
    const dumps = new Dumps();
    const one = socket({ cookie: 1n });
    dumps.take([one]);
    dumps.memory.want(1);
    dumps.memory.want(2);
    deepEqual([dumps.take([one]), dumps.take([one])], [[1], [0]]);
  });
  it('asks for the owners of a socket by its cookie', () => {
    const wanted: number[] = [];
    const dumps = new Dumps({ add: () => undefined, delete: () => undefined, want: (inode) => wanted.push(inode) });
    dumps.take([socket({ cookie: 1n, inode: 5 }), socket({ cookie: 2n, inode: 6 })]);
    for (const cookie of [2, 3]) dumps.memory.wantOwners(cookie);
    deepEqual(wanted, [6]);
  });
  it('keeps a book of inodes', () => {
    const inodes = new Set<number>();
    const dumps = new Dumps(inodes);
    const held = (...messages: Buffer[]) => {
      dumps.take(messages);
      dumps.end();
      return [...inodes];
    };
    deepEqual(held(socket({ cookie: 1n, inode: 5 }), socket({ cookie: 2n, inode: 0 })), [5]);
    deepEqual(held(socket({ cookie: 1n, inode: 5 }), socket({ cookie: 2n, inode: 6 })), [5, 6]);
    deepEqual([...dumps.memory.cookiesOf(new Set([6, 7]))], [[2, 6]]);
    deepEqual(held(socket({ cookie: 2n, inode: 6 })), [6]);
    dumps.memory.clear();
    deepEqual([...inodes], []);
  });
});

import { deepEqual } from 'node:assert/strict';
import { ChangeMemory } from '../../src/snapshot/change-memory.js';
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

/** Which rows of the last of several dumps, taken a second apart, are passed on as changed. */
function changed(...dumps: readonly (readonly Buffer[])[]): number[] {
  const memory = new ChangeMemory();
  let last: number[] = [];
  let nowMs = 0;
  for (const messages of dumps) {
    const bytes = Buffer.concat(messages);
    const { starts } = findMessages(bytes);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const cookies = Float64Array.from(starts, (start) => view.getUint32(start + 44, true));
    last = [...memory.compare(view, starts, cookies, false, nowMs)];
    nowMs += 1_000;
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
  ];
  for (const [title, before, after] of other) {
    it(`passes on ${title}`, () => {
      deepEqual(changed([socket({ cookie: 1n, ...before })], [socket({ cookie: 1n, ...after })]), [1]);
    });
  }

  const figures: readonly [title: string, offset: number, passedOn: number][] = [
    ['the last time of data', 44, 0],
    ['the congestion window', 80, 1],
    ['retransmits', 100, 1],
    ['bytes acknowledged', 120, 1],
    ['bytes received', 128, 1],
  ];
  for (const [title, offset, passedOn] of figures) {
    it(`${passedOn === 1 ? 'passes on' : 'ignores'} ${title}`, () => {
      const dump = (value: number) => [socket({ cookie: 1n }, info(offset, value))];
      deepEqual(changed(dump(1), dump(2)), [passedOn]);
    });
  }
});

/** V8 compiles code for the shapes of objects (hidden classes) that it meets, and again for each further one: hot classes are to have one. */
import { equal } from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { ParkedSockets } from '../../src/pipeline/parked-sockets.js';
import { TrackedSocket } from '../../src/pipeline/tracked-socket.js';
import { CLIENT, NETNS } from './stories.js';

setFlagsFromString('--allow-natives-syntax');
const haveOneShape = new Function('one', 'other', 'return %HaveSameMap(one, other)') as (
  one: object,
  other: object,
) => boolean;

function socketOf(id: number): TrackedSocket {
  const opening = { netns: NETNS, tuple: CLIENT, origin: 'connect', bootUs: 1e9 + 0.5, source: 'probe' } as const;
  const socket = new TrackedSocket(id, { ...opening, cookie: id }, 1_795_000_000_000_000.5);
  socket.enter('SYN-SENT', 1e9 + 0.5, 'probe');
  return socket;
}

/** In TIME-WAIT, written, and to be ended by its timer. */
function waitingSocketOf(id: number): TrackedSocket {
  const socket = socketOf(id);
  socket.enter('TIME-WAIT', 2e9, 'probe');
  Object.assign(socket, { timewait: true, expiresBootUs: 2.06e9, deliveredSteps: 2 });
  socket.foresee(2.061e9, 2.06e9);
  socket.writtenEndUs = socket.foreseenEnd?.closedUs;
  return socket;
}

describe('the shape of a socket', () => {
  it('is that of all others after it was kept in compact form', () => {
    const before = socketOf(0);
    const parked = new ParkedSockets();
    // The second one gets a slot that was free.
    for (const id of [1, 2]) {
      const slot = parked.add(waitingSocketOf(id)) ?? -1;
      const socket = parked.remove(slot, 0);
      socket.parkedAt = slot;
      equal(haveOneShape(socket, before), true, `socket ${id}`);
    }
  });

  it('is that of all others when its timer was recorded, and when a step was inferred', () => {
    const [before, socket] = [socketOf(0), socketOf(1)];
    socket.recordedDueUs = 1_795_000_000_000_000;
    socket.enter('ESTAB', 1.5e9, 'snapshot', 1.4e9);
    equal(haveOneShape(socket, before), true);
    equal(haveOneShape(socket.packed, before.packed), true);
  });
});

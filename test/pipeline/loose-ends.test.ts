import { deepEqual } from 'node:assert/strict';
import { LooseEnds } from '../../src/pipeline/loose-ends.js';
import { TrackedSocket } from '../../src/pipeline/tracked-socket.js';

const TUPLE = { family: 4, localAddr: '127.0.0.1', localPort: 1, remoteAddr: '127.0.0.1', remotePort: 2 } as const;

describe('foreseen ends of sockets that are not parked', () => {
  /** Sockets 1 to `count`, each of which ends at as many microseconds. */
  function ended(count: number): { readonly ends: LooseEnds; readonly sockets: readonly TrackedSocket[] } {
    const ends = new LooseEnds();
    const sockets = Array.from({ length: count }, (_, index) => {
      const opening = { netns: 1, tuple: TUPLE, origin: 'connect', bootUs: 0, source: 'probe' } as const;
      const socket = new TrackedSocket(index + 1, opening, 0);
      ends.add(socket, socket.foresee(index + 1, 0));
      return socket;
    });
    return { ends, sockets };
  }
  const due = (ends: LooseEnds, bootUs: number) => ends.due(bootUs).map(({ socket }) => socket.id);

  for (const batches of [0, 1, 2]) {
    it(`are due at their time, ${batches} batches after`, () => {
      const { ends, sockets } = ended(5);
      for (let count = 0; count < batches; count++) ends.settle();
      deepEqual(due(ends, 0.5), []);
      deepEqual(due(ends, 2), [1, 2]);
      for (const socket of sockets.slice(0, 2)) socket.foreseenEnd = undefined;
      ends.settle();
      deepEqual(due(ends, 3.5), [3]);
    });
  }

  it('are not those that were parked, or have another end', () => {
    const { ends, sockets } = ended(3);
    ends.settle();
    const [first, second] = sockets as [TrackedSocket, TrackedSocket, TrackedSocket];
    first.parkedAt = 7;
    ends.add(second, second.foresee(9, 0));
    deepEqual(due(ends, 4), [3]);
    deepEqual(
      ends.takeAll().map(({ end }) => end.bootUs),
      [9, 3],
    );
    deepEqual(due(ends, 10), []);
  });

  it('are taken without those that were parked since', () => {
    const { ends, sockets } = ended(2);
    ends.settle();
    const [first] = sockets as [TrackedSocket, TrackedSocket];
    first.parkedAt = 7;
    deepEqual(
      ends.takeAll().map(({ socket }) => socket.id),
      [2],
    );
    deepEqual(ends.takeAll(), []);
  });

  it('are kept where there are many', () => {
    const { ends, sockets } = ended(5_000);
    ends.settle();
    for (const socket of sockets.slice(10)) socket.foreseenEnd = undefined;
    ends.settle();
    deepEqual(due(ends, 5_000), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });
});

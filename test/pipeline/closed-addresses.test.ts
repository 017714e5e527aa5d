import { equal } from 'node:assert/strict';
import { ClosedAddresses } from '../../src/pipeline/closed-addresses.js';
import { TrackedSocket } from '../../src/pipeline/tracked-socket.js';
import { CLIENT, NETNS } from './stories.js';

/** Where the kernel puts them: 13 in each slab of 32 KB, 2,432 bytes each. */
function skaddrAt(slab: number, place: number): number {
  return 0x8880_1234_0000 + slab * 32_768 + place * 2_432;
}

describe('the last socket at an address', () => {
  it('is found while others end, though the kernel puts them at the same distances', () => {
    const closed = new ClosedAddresses();
    const socketAt = (skaddr: number) =>
      new TrackedSocket(1, { netns: NETNS, tuple: CLIENT, origin: 'listen', bootUs: 0, source: 'probe', skaddr }, 0);
    let found = 0;
    for (let slab = 0; slab < 1_000; slab++) {
      const socket = socketAt(skaddrAt(slab, slab % 13));
      closed.add(socket);
      for (let other = 1; other <= 10; other++) closed.add(socketAt(skaddrAt(slab + 4 * other, (slab + other) % 13)));
      if (closed.lastAt(socket.skaddr) === socket) found++;
    }
    // Ten others take one of 1,024 places each.
    equal(found > 970, true, `${found} of 1,000`);
  });
});

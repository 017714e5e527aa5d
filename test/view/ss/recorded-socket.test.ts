import { equal } from 'node:assert/strict';
import type { Place } from '../../../src/model/place.js';
import type { SampleRow } from '../../../src/model/sample.js';
import { socketAfterStep } from '../../../src/query/point-in-time.js';
import { shownSocket } from '../../../src/view/ss/recorded-socket.js';
import { connectionOf, type Entered, usAt } from '../../lab/history.js';

const NO_PLACE = { cgroup: undefined, netnsName: undefined } as unknown as Place;
const INODE = 5_001;

/** The inode that is shown of a socket at 20 s, which was sampled without a process so many seconds after the beginning. */
function inodeOf(entered: readonly Entered[], sampledS: number): number | undefined {
  const connection = connectionOf(1, entered, { origin: 'accept', inode: INODE });
  const row = { orphan: 1, at_us: usAt(sampledS), timer: 'off', details: null } as unknown as SampleRow;
  const socket = socketAfterStep(connection, entered.length - 1, usAt(20));
  if (socket === undefined) throw new Error('it has ended');
  return shownSocket({ ...socket, sample: { row, heldUs: usAt(sampledS) } }, NO_PLACE, false).row.inode;
}

describe('a recorded socket that had no process when it was sampled', () => {
  const accepted: readonly Entered[] = [
    [1, 'SYN-RECV'],
    [2, 'ESTAB'],
  ];
  const closing: readonly Entered[] = [...accepted, [10, 'FIN-WAIT-1'], [11, 'FIN-WAIT-2']];

  it('may have been accepted since', () => {
    equal(inodeOf(accepted, 5), INODE);
    equal(inodeOf(closing, 5), INODE);
    equal(inodeOf(closing, 1.5), INODE);
  });

  it('gets none while it is half-open, or closed on this side', () => {
    equal(inodeOf([[1, 'NEW-SYN-RECV']], 5), 0);
    equal(inodeOf(closing, 10.5), 0);
    equal(inodeOf(closing, 12), 0);
  });

  it('is half-open in the dump that found it, which began before its first step', () => {
    equal(inodeOf([[1, 'NEW-SYN-RECV']], 0.9), 0);
  });

  it('may have been accepted in SYN-RECV, by TCP Fast Open', () => {
    equal(inodeOf([[1, 'SYN-RECV']], 5), INODE);
  });

  it('has none at the time of the sample', () => {
    equal(inodeOf(accepted, 20), 0);
  });
});

describe('a recorded listener that no snapshot had yet', () => {
  it('is for IPv6 alone where it has an address of it', () => {
    const v6only = (family: 4 | 6, localAddr: string) => {
      const tuple = { family, localAddr, localPort: 9_200, remoteAddr: family === 6 ? '::' : '0.0.0.0', remotePort: 0 };
      const socket = socketAfterStep(connectionOf(1, [[1, 'LISTEN']], { origin: 'listen', tuple }), 0, usAt(2));
      return socket && shownSocket(socket, NO_PLACE, false).row.v6only;
    };
    equal(v6only(6, '::1'), true);
    equal(v6only(6, '::'), undefined);
    equal(v6only(6, '::ffff:127.0.0.1'), undefined);
    equal(v6only(4, '127.0.0.1'), undefined);
  });
});

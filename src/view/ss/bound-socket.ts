import { anyAddress } from '../../model/address.js';
import type { Place } from '../../model/place.js';
import type { BoundAt } from '../../query/bound-at.js';
import { noticed, sampled } from './recorded-socket.js';
import type { ShownSocket } from './shown-socket.js';

/**
 * A socket that was bound and nothing more, in the form that the tables of ss show.
 * @param place as of that time
 * @param inGap whether the record has a gap at that time
 */
export function boundSocket(bound: BoundAt, atUs: number, place: Place, inGap: boolean): ShownSocket {
  const { record, owners, sample, heldUs, uncertain } = bound;
  const { netns, cookie, family, localAddr, localPort, uid, inode, cgroupId } = record;
  const mark = uncertain ? 'uncertain' : inGap ? 'gap' : undefined;
  return {
    row: {
      state: 'UNCONN',
      tuple: { family, localAddr, localPort, remoteAddr: anyAddress(family), remotePort: 0 },
      ...{ uid, inode, cookie, cgroup: cgroupId },
      ...sampled(sample),
    },
    owners,
    history: {
      connectionId: undefined,
      ageUs: undefined,
      mark,
      sampledUs: heldUs,
      sampledAgoUs: noticed(atUs - heldUs),
    },
    cgroup: place.cgroup,
    netns,
    netnsName: place.netnsName,
    device: sample.device ?? undefined,
  };
}

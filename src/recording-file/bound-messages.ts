/** What snapshots show beside the rows of connections, as messages of proto/sstory.proto, and back. */
import type { BoundRecord } from '../model/bound.js';
import { TIMEWAIT_FACTS, type TimewaitsRecord } from '../model/timewaits.js';
import { oneOf, whole, wholeIfSet } from './checked-value.js';
import type { RowMessage } from './row-message.js';
import { sstory } from './schema.js';

export const BOUND_MESSAGE: RowMessage<BoundRecord> = {
  field: 17,
  encode: (bound, writer) =>
    sstory.Bound.encode({ ...bound, toUs: bound.toUs ?? null, cgroupId: bound.cgroupId ?? null }, writer),
  decode: (block) => block.bound.map((bound) => boundOf(bound as sstory.Bound)),
};

export const TIMEWAITS_MESSAGE: RowMessage<TimewaitsRecord> = {
  field: 18,
  encode: (timewaits, writer) => sstory.Timewaits.encode(timewaits, writer),
  decode: (block) =>
    block.timewaits.map((timewaits) => ({
      netns: whole('netns', timewaits.netns ?? 0),
      atUs: whole('at_us', timewaits.atUs ?? 0),
      fact: oneOf('the fact of timewait sockets', TIMEWAIT_FACTS, timewaits.fact ?? ''),
      numbers: timewaits.numbers ?? '',
      ids: timewaits.ids ?? '',
    })),
};

function boundOf(bound: sstory.Bound): BoundRecord {
  const { family } = bound;
  if (family !== 4 && family !== 6) throw new Error('the family of a bound socket is neither 4 nor 6');
  return {
    netns: whole('netns', bound.netns),
    cookie: whole('cookie', bound.cookie),
    fromUs: whole('from_us', bound.fromUs),
    toUs: wholeIfSet('to_us', bound.toUs),
    family,
    localAddr: bound.localAddr,
    localPort: whole('local_port', bound.localPort),
    uid: whole('uid', bound.uid),
    inode: whole('inode', bound.inode),
    cgroupId: wholeIfSet('cgroup_id', bound.cgroupId),
    holders: bound.holders,
    details: bound.details,
  };
}

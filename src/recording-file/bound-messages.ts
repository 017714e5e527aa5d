/** What snapshots show beside the rows of connections, as messages of proto/sstory.proto, and back. */
import type { BoundRecord } from '../model/bound.js';
import type { CookiesRecord } from '../model/cookies.js';
import { whole, wholeIfSet } from './checked-value.js';
import type { RowMessage } from './row-message.js';
import { sstory } from './schema.js';

export const BOUND_MESSAGE: RowMessage<BoundRecord> = {
  field: 17,
  encode: (bound, writer) =>
    sstory.Bound.encode({ ...bound, toUs: bound.toUs ?? null, cgroupId: bound.cgroupId ?? null }, writer),
  decode: (block) => block.bound.map((bound) => boundOf(bound as sstory.Bound)),
};

export const COOKIES_MESSAGE: RowMessage<CookiesRecord> = {
  field: 18,
  encode: (cookies, writer) => sstory.Cookies.encode(cookies, writer),
  decode: (block) =>
    block.cookies.map((cookies) => ({
      netns: whole('netns', cookies.netns ?? 0),
      atUs: whole('at_us', cookies.atUs ?? 0),
      cookies: cookies.cookies ?? '',
      ids: cookies.ids ?? '',
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

import { deepEqual, equal, throws } from 'node:assert/strict';
import { readlinkSync } from 'node:fs';
import { SstoryError } from '../../src/model/error.js';
import { boundNetns, insideNetns, listNetns, ownNetns } from '../../src/sys/netns.js';

describe('network namespaces bound to files', () => {
  it('are the net:[] roots of mountinfo, whatever their place is called', () => {
    const mountinfo = [
      '25 30 0:23 / /proc rw,relatime - proc proc rw',
      '40 25 0:4 net:[4026532281] /run/netns/blue rw shared:1 - nsfs nsfs rw',
      '41 25 0:4 net:[4026532282] /run/docker/netns/a\\040b rw shared:2 master:1 - nsfs nsfs rw',
      '42 25 0:4 mnt:[4026532283] /run/elsewhere rw - nsfs nsfs rw',
    ].join('\n');
    deepEqual(boundNetns(mountinfo), [
      { netns: 4026532281, path: '/run/netns/blue', name: 'blue' },
      { netns: 4026532282, path: '/run/docker/netns/a b', name: undefined },
    ]);
  });
  it('may be none', () => deepEqual(boundNetns(''), []));
});

describe('this network namespace', () => {
  it('is the first of all, once', () => {
    const inodes = listNetns().map((place) => place.netns);
    equal(inodes[0], ownNetns());
    equal(new Set(inodes).size, inodes.length);
    equal(readlinkSync('/proc/self/ns/net'), `net:[${ownNetns()}]`);
  });
  it('is entered without permission, for it is entered already', () => {
    equal(
      insideNetns('/proc/self/ns/net', () => 'work', ownNetns()),
      'work',
    );
  });
  it('is not taken for another', () => {
    throws(() => insideNetns('/proc/self/ns/net', () => 'work', 1), isRefusal);
  });
  it('is not taken for a file', () => {
    throws(() => insideNetns('/no/such/file', () => 'work'), isRefusal);
  });
});

function isRefusal(error: unknown): boolean {
  return error instanceof SstoryError && error.code === 'netns';
}

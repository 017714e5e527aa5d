import { deepEqual, equal } from 'node:assert/strict';
import { once } from 'node:events';
import { execa } from 'execa';
import { NetnsDescriptors } from '../../src/snapshot/netns-descriptors.js';
import { bootTimeUs } from '../../src/sys/clock.js';
import { Netns } from '../lab/netns.js';
import { requireRoot } from '../lab/privileges.js';

describe('the search for a network namespace among the descriptors of all processes', () => {
  before(function () {
    requireRoot(this);
  });

  it('is made once for its number, and again when a socket was opened since: it may be the number of another one', async () => {
    const netns = await Netns.create();
    const descriptors = new NetnsDescriptors();
    const openedUs = bootTimeUs();
    /** Long after the search before, so that it may be made. */
    const find = (newestBootUs: number, nowMs: number) => [
      ...descriptors.find(new Map([[netns.inode, newestBootUs]]), nowMs).keys(),
    ];
    deepEqual(find(openedUs, 0), []);
    equal(descriptors.isNowhere(netns.inode, openedUs), true);
    const holder = execa('sh', ['-c', `exec 3<${netns.path} && echo && exec cat`], { reject: false });
    try {
      await once(holder.stdout, 'data');
      deepEqual(find(openedUs, 1e6), []);
      const newerUs = bootTimeUs();
      equal(descriptors.isNowhere(netns.inode, newerUs), false);
      deepEqual(find(newerUs, 2e6), [netns.inode]);
      await netns[Symbol.asyncDispose]();
      deepEqual(find(newerUs, 3e6), [netns.inode], 'also without its name');
    } finally {
      holder.stdin.end();
      await holder;
    }
  });
});

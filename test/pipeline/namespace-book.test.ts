import { deepEqual } from 'node:assert/strict';
import type { NetnsChange } from '../../src/model/snapshot.js';
import { NamespaceBook } from '../../src/pipeline/namespace-book.js';

const FOUND = { netns: 7, fromUs: 10, toUs: undefined, netCookie: 1, name: 'blue' } as const;

function change(more: Partial<NetnsChange>): NetnsChange {
  return { kind: 'netns', netns: 7, present: true, bootUs: 0, offsetUs: 0, netCookie: 1, name: 'blue', ...more };
}

describe('a network namespace', () => {
  it('is known from when it was found until it is gone', () => {
    const book = new NamespaceBook([]);
    deepEqual(book.apply(change({}), 10), [FOUND]);
    deepEqual(book.apply(change({ present: false }), 20), [{ ...FOUND, toUs: 20 }]);
    deepEqual(book.apply(change({ present: false }), 30), []);
  });

  it('goes on in another run', () => {
    deepEqual(new NamespaceBook([FOUND]).apply(change({}), 99), [FOUND]);
  });

  it('can get a name later, another one, and lose it: each is recorded with its time', () => {
    const book = new NamespaceBook([]);
    const nameless = { ...FOUND, name: undefined };
    deepEqual(book.apply(change({ name: undefined }), 10), [nameless]);
    deepEqual(book.apply(change({ name: 'blue' }), 20), [
      { ...nameless, toUs: 20 },
      { ...FOUND, fromUs: 20 },
    ]);
    deepEqual(book.apply(change({ name: 'red' }), 30), [
      { ...FOUND, fromUs: 20, toUs: 30 },
      { ...FOUND, fromUs: 30, name: 'red' },
    ]);
    deepEqual(book.apply(change({ name: undefined }), 40), [
      { ...FOUND, fromUs: 30, toUs: 40, name: 'red' },
      { ...nameless, fromUs: 40 },
    ]);
  });

  it('is another one if its cookie is, though the inode number is the same', () => {
    const book = new NamespaceBook([FOUND]);
    const second = { ...FOUND, fromUs: 50, netCookie: 2, name: undefined };
    deepEqual(book.apply(change({ netCookie: 2, name: undefined }), 50), [{ ...FOUND, toUs: 50 }, second]);
  });

  it('is the same where the kernel has no cookies', () => {
    const book = new NamespaceBook([{ ...FOUND, netCookie: undefined }]);
    deepEqual(book.apply(change({ netCookie: undefined }), 50), [{ ...FOUND, netCookie: undefined }]);
  });
});

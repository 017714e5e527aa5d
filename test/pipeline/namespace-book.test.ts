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

  it('can get a name later, and keeps it', () => {
    const book = new NamespaceBook([]);
    const { name, ...nameless } = FOUND;
    deepEqual(book.apply(change({ name: undefined }), 10), [{ ...nameless, name: undefined }]);
    deepEqual(book.apply(change({ name }), 20), [FOUND]);
    deepEqual(book.apply(change({ name: undefined }), 30), [FOUND]);
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

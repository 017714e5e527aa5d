import { deepEqual, equal } from 'node:assert/strict';
import { HandOver } from '../../src/probe/hand-over.js';

function pair(): [HandOver, HandOver] {
  const owner = new HandOver();
  return [owner, new HandOver(owner.memory)];
}

describe('what the threads of the rings know of each other', () => {
  const [main, reader] = pair();

  it('is how much may be handed over', () => {
    main.limit(100);
    reader.add(100);
    equal(reader.isFull, false);
    reader.add(1);
    equal(reader.isFull, true);
    equal(reader.waitingBytes, 101);
    main.processed({ bytes: 1, memoryBytes: 1 });
    equal(reader.isFull, false);
  });

  it('is how much of it may be in memory, where the rest has gone into a file', () => {
    const [owner, thread] = pair();
    owner.limit(1_000);
    owner.limitMemory(100);
    thread.add(101);
    equal(thread.isFull, true);
    owner.processed({ bytes: 0, memoryBytes: 60 });
    deepEqual([thread.isFull, thread.waitingBytes], [false, 101]);
    thread.add(50);
    owner.processed({ bytes: 61, memoryBytes: 1 });
    deepEqual([thread.isFull, thread.waitingBytes], [false, 90]);
    owner.limitMemory(2_000);
    thread.add(911);
    equal(thread.isFull, true, 'more in memory than may wait at all');
  });

  it('is how much of it does: of all, or of what may be in memory', () => {
    const [owner, thread] = pair();
    owner.limit(1_000);
    thread.add(250);
    equal(owner.share, 0.25);
    owner.limitMemory(500);
    equal(owner.share, 0.5);
    owner.processed({ bytes: 0, memoryBytes: 200 });
    equal(owner.share, 0.25);
  });

  it('is from when on it is to take less memory', () => {
    main.limit(1_600);
    equal(reader.isCrowded, false);
    reader.add(1);
    equal(reader.isCrowded, true);
    main.processed({ bytes: 1, memoryBytes: 1 });
    equal(reader.isCrowded, false);
  });

  it('is that news is wanted: at the second read after that, once', () => {
    const read = () => reader.takeWanted();
    deepEqual([read(), read()], [false, false]);
    main.wantNews();
    deepEqual([read(), read(), read()], [false, true, false]);
  });
});

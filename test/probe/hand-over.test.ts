import { deepEqual, equal } from 'node:assert/strict';
import { HandOver } from '../../src/probe/hand-over.js';

describe('what the threads of the rings know of each other', () => {
  const main = new HandOver();
  const reader = new HandOver(main.memory);

  it('is how much may be handed over', () => {
    main.limit(100);
    reader.add(100);
    equal(reader.isFull, false);
    reader.add(1);
    equal(reader.isFull, true);
    equal(reader.waitingBytes, 101);
    main.processed(1);
    equal(reader.isFull, false);
  });

  it('is from when on it is to take less memory', () => {
    main.limit(1_600);
    equal(reader.isCrowded, false);
    reader.add(1);
    equal(reader.isCrowded, true);
    main.processed(1);
    equal(reader.isCrowded, false);
  });

  it('is that news is wanted: at the second read after that, once', () => {
    const read = () => reader.takeWanted();
    deepEqual([read(), read()], [false, false]);
    main.wantNews();
    deepEqual([read(), read(), read()], [false, true, false]);
  });
});

import { equal } from 'node:assert/strict';
import { boottimeOffsetUs } from '../../src/sys/clock.js';

describe('the offset of a time namespace', () => {
  it('is read in both forms that the kernel writes', () => {
    equal(boottimeOffsetUs('monotonic           5         0\nboottime       100000 500000000\n'), 100_000_500_000);
    equal(boottimeOffsetUs('1 5 0\n7 -20 250000000\n'), -19_750_000);
    equal(boottimeOffsetUs(''), 0);
  });
});

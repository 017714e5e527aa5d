import { deepEqual } from 'node:assert/strict';
import { cpusOfList } from '../../src/sys/cpus.js';

describe('a list of CPUs', () => {
  const cases: readonly [string, number[]][] = [
    ['0\n', [0]],
    ['0-3\n', [0, 1, 2, 3]],
    ['0-1,8,10-11\n', [0, 1, 8, 10, 11]],
  ];
  for (const [list, cpus] of cases) it(`${list.trim()} is ${cpus.join(' ')}`, () => deepEqual(cpusOfList(list), cpus));
});

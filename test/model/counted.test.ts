import { equal } from 'node:assert/strict';
import { counted } from '../../src/model/counted.js';

describe('a counted noun', () => {
  for (const [n, noun, text] of [
    [0, 'event', '0 events'],
    [1, 'event', '1 event'],
    [12_345, 'event', '12,345 events'],
    [1, 'address', '1 address'],
    [2, 'address', '2 addresses'],
  ] as const) {
    it(`is ${text}`, () => equal(counted(n, noun), text));
  }
});

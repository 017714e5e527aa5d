import { deepEqual, equal } from 'node:assert/strict';
import { KEYS, keyName } from '../../../src/web/keys/key-table.js';

describe('the table of keys', () => {
  it('has each key once, and each action', () => {
    const keys = KEYS.flatMap((key) => key.keys);
    deepEqual(keys, [...new Set(keys)]);
    equal(new Set(KEYS.map(({ action }) => action)).size, KEYS.length);
  });

  it('names keys as they are printed on a keyboard', () => {
    deepEqual([' ', 'ArrowLeft', 'n', 'N', '?'].map(keyName), ['Space', '←', 'N', 'Shift+N', '?']);
  });
});

import { equal } from 'node:assert/strict';
import { closestWord } from '../../src/cli/closest-word.js';
import { SUMMARIES } from '../../src/cli/summaries.js';

describe('the command that a mistyped one means', () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['recrod', 'record'],
    ['rec', 'record'],
    ['timline', 'timeline'],
    ['expalin', 'explain'],
    ['sqll', 'sql'],
    ['dif', 'diff'],
    ['re', undefined],
    ['frobnicate', undefined],
    ['', undefined],
  ];
  for (const [typed, meant] of cases) {
    it(`${typed || 'nothing'}: ${meant ?? 'none'}`, () => equal(closestWord(typed, Object.keys(SUMMARIES)), meant));
  }
});

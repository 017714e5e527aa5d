import { equal } from 'node:assert/strict';
import { narrowed } from '../../../src/web/narrowed-filter.js';

const CASES = [
  ['', 'and', 'comm = java', 'comm = java'],
  ['', 'and not', 'comm = java', 'not comm = java'],
  ['dport = :80', 'and', 'comm = java', 'dport = :80 and comm = java'],
  ['dport 80 or sport 80', 'and', 'comm = java', '( dport 80 or sport 80 ) and comm = java'],
  ['dport = :80', 'and not', 'dst 10.0.0.1 dport 80', 'dport = :80 and not ( dst 10.0.0.1 dport 80 )'],
  ['', 'and', 'state established', 'state established'],
  ['comm = java', 'and', 'state established', 'state established comm = java'],
  ['state syn-sent state close-wait comm = java', 'and', 'state close-wait', 'state close-wait comm = java'],
  ['comm = java', 'and not', 'state time-wait', 'exclude time-wait comm = java'],
  ['state big excl close-wait', 'and not', 'state last-ack', 'state big exclude close-wait exclude last-ack'],
  ['state syn-sent', 'and', 'comm = java', 'state syn-sent comm = java'],
  ['state syn-sent dport 80', 'and not', 'comm = java', 'state syn-sent dport 80 and not comm = java'],
] as const;

describe('a filter that is narrowed', () => {
  for (const [known, how, condition, expected] of CASES) {
    it(`"${known}" ${how} "${condition}"`, () => equal(narrowed(known, condition, how), expected));
  }
});

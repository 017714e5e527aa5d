import { deepEqual, equal } from 'node:assert/strict';
import {
  filterOf,
  kindText,
  listText,
  rangeAround,
  severityOf,
  withoutStates,
} from '../../../src/web/troubles/trouble-words.js';

describe('the filter of a trouble', () => {
  const table: readonly (readonly [string, string | undefined])[] = [
    ['sstory timeline --oneline dst 10.4.1.80:9200 -N web --since @1 --until @2', 'dst 10.4.1.80:9200'],
    [
      'sstory timeline --oneline ( sport = :80 or dport = :80 ) -N 4026531840 --since @1',
      '( sport = :80 or dport = :80 )',
    ],
    ['sstory timeline --oneline state close-wait pid = 42 -N web', 'state close-wait pid = 42'],
    ['sstory count --by state dst 10.0.0.2 -N web --since @1 --until @2', 'dst 10.0.0.2'],
    ['sstory explain 87340 --at @1795232000.5', undefined],
  ];
  for (const [command, filter] of table) {
    it(`of ${command.slice(7, 40)}... is ${filter ?? 'none'}`, () => equal(filterOf(command.split(' ')), filter));
  }
});

describe('a filter without its states', () => {
  it('keeps the rest', () => {
    equal(withoutStates('state syn-sent dst :9200'), 'dst :9200');
    equal(withoutStates('state connected exclude time-wait ( dport = :80 )'), '( dport = :80 )');
    equal(withoutStates(' state syn-sent '), '');
    equal(withoutStates('comm = state'), 'comm = state');
  });
});

describe('a trouble in words', () => {
  it('is severe, moderate or minor', () => {
    deepEqual(
      [80, 60, 45, 10].map((severity) => severityOf({ severity })),
      ['severe', 'severe', 'moderate', 'minor'],
    );
  });

  it('names some, and counts the rest', () => {
    equal(listText(['java[1]', 'java[2]', 'java[3]', 'java[4]']), 'java[1], java[2] and 2 more');
    equal(listText([]), '');
    equal(kindText('unanswered SYN'), 'Unanswered SYN');
  });

  it('has a range around it, of a second at least', () => {
    deepEqual(rangeAround({ from_us: 10e6, to_us: 10e6 }), { from: 9e6, to: 11e6 });
    deepEqual(rangeAround({ from_us: 100e6, to_us: 140e6 }), { from: 90e6, to: 150e6 });
  });
});

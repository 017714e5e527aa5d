import { deepEqual } from 'node:assert/strict';
import { join } from 'node:path';
import { caretIn } from '../../src/server/complete/caret.js';
import { connectionOf, writeHistory } from '../lab/history.js';
import { Stage } from '../lab/stage.js';
import { Answered } from './answered.js';

describe('the place of the caret in a filter', () => {
  const cases: readonly (readonly [filter: string, expected: string, keyword: string, prefix: string])[] = [
    ['', 'filter', '', ''],
    ['sta', 'filter', '', 'sta'],
    ['state ', 'state', 'state', ''],
    ['state syn', 'state', 'state', 'syn'],
    ['state syn-sent ', 'filter', '', ''],
    ['state syn-sent ds', 'filter', '', 'ds'],
    ['dst ', 'value', 'dst', ''],
    ['dst = 10.', 'value', 'dst', '10.'],
    ['dport >= ', 'value', 'dport', ''],
    ['dst 10.0.0.1 ', 'joint', '', ''],
    ['dst 10.0.0.1 a', 'joint', '', 'a'],
    ['dst 10.0.0.1 and ', 'term', '', ''],
    ['not ( comm', 'term', '', 'comm'],
    ['( comm != java ) ', 'joint', '', ''],
    ['autobound ', 'joint', '', ''],
    ['comm = java or netns ', 'value', 'netns', ''],
  ];
  for (const [filter, expected, keyword, prefix] of cases) {
    it(`"${filter}": ${expected}`, () => {
      deepEqual(caretIn(filter, filter.length), { expected, keyword, prefix, from: filter.length - prefix.length });
    });
  }
});

describe('completion', () => {
  const stage = new Stage();
  let served: Answered;
  before(async () => {
    const db = join(await stage.directory(), 'history.db');
    const to = (remoteAddr: string) => ({
      tuple: {
        family: remoteAddr.includes(':') ? 6 : 4,
        localAddr: '10.0.0.1',
        localPort: 40_000,
        remoteAddr,
        remotePort: 443,
      },
    });
    writeHistory(db, {
      connections: [
        connectionOf(1, [[1, 'SYN-SENT']], { comm: 'java' }),
        connectionOf(2, [[2, 'SYN-SENT']], { comm: 'jackd' }),
        connectionOf(3, [[3, 'SYN-SENT']], { comm: 'jackd' }),
        connectionOf(4, [[4, 'SYN-SENT']], { comm: 'two words', ...(to('10.0.0.7') as object) }),
        connectionOf(5, [[5, 'SYN-SENT']], { comm: 'curl', ...(to('2001:db8::7') as object) }),
      ],
    });
    served = new Answered(db);
  });
  after(async () => {
    served[Symbol.dispose]();
    await stage[Symbol.asyncDispose]();
  });

  const texts = async (filter: string, caret = filter.length) => {
    const { options } = await served.json<{ options: { text: string; connections: number | null }[] }>(
      `/api/complete?filter=${encodeURIComponent(filter)}&caret=${caret}`,
    );
    return options.map(({ text, connections }) => (connections === null ? text : `${text} ${connections}`));
  };

  it('has the values of the range, the most frequent first, that the language can express', async () => {
    deepEqual(await texts('comm = '), ['jackd 2', 'curl 1', 'java 1']);
    deepEqual(await texts('comm jav'), ['java 1']);
    deepEqual(await texts('dport = :'), [':9200 3', ':443 2']);
    deepEqual(await texts('dst 10.'), ['10.0.0.2 3', '10.0.0.7 1']);
    deepEqual(await texts('host 10.0.0.7'), ['10.0.0.7 1']);
    deepEqual(await texts('port :92'), [':9200 3']);
    deepEqual(await texts('dst ['), ['[2001:db8::7] 1']);
    deepEqual(await texts('dst 10.0.0.7:'), ['10.0.0.7:443 1']);
  });

  it('has the words of the language where they can stand', async () => {
    deepEqual(await texts('state syn-s'), ['syn-sent']);
    deepEqual(await texts('dst 10.0.0.2 or'), ['or', 'origin']);
    deepEqual(await texts('reason ref'), ['refused']);
    deepEqual(await texts('origin acc'), ['accept']);
    deepEqual(await texts('excl'), ['exclude']);
  });

  it('completes the word at the caret, wherever that is', async () => {
    deepEqual(await texts('state syn-s and x', 11), ['syn-sent']);
  });

  it('makes a condition of the name of a process', async () => {
    deepEqual(await texts('jac'), ['comm = jackd 2']);
  });
});

import { deepEqual, equal, match, ok } from 'node:assert/strict';
import type { Trouble } from '../../src/explain/explanation.js';
import { troublesIn } from '../../src/explain/troubles/troubles.js';
import type { Connection } from '../../src/model/connection.js';
import type { NameRecord } from '../../src/model/name.js';
import type { Sample } from '../../src/model/sample.js';
import { connectionOf, type Entered, sampleOf, usAt } from '../lab/history.js';
import { inHistory, type Story } from './explained.js';

interface Wish {
  readonly fromS?: number;
  readonly toS?: number;
  readonly condition?: { readonly sql: string; readonly params: Record<string, string | number> };
}

function found(story: Story, { fromS = 0, toS = 100, condition }: Wish = {}): readonly Trouble[] {
  return inHistory(story, (contextAt) => {
    const window = { fromUs: usAt(fromS), toUs: usAt(toS), condition };
    return troublesIn(contextAt(toS), window, 100).troubles;
  });
}

const kinds = (story: Story, wish?: Wish) => found(story, wish).map(({ kind }) => kind);

function textOf(trouble: Trouble | undefined): string {
  const words = trouble?.sentences.flatMap(({ text }) => [...text, ' ']) ?? [];
  return words.map((piece) => (typeof piece === 'string' ? piece : 'T')).join('');
}

const ESTAB: readonly Entered[] = [
  [10, 'SYN-SENT'],
  [10.001, 'ESTAB'],
];

function refused(id: number, atS: number): Connection {
  return connectionOf(
    id,
    [
      [atS, 'SYN-SENT'],
      [atS + 0.001, 'UNCONN'],
    ],
    { closeReason: 'refused' },
  );
}

function unanswered(id: number, atS: number): Connection {
  return connectionOf(
    id,
    [
      [atS, 'SYN-SENT'],
      [atS + 7, 'UNCONN'],
    ],
    { closeReason: 'timed out', retransmits: 2 },
  );
}

function halfOpen(id: number, untilS?: number): Connection {
  const tuple = {
    family: 4,
    localAddr: '10.0.0.1',
    localPort: 80,
    remoteAddr: `10.0.1.${id}`,
    remotePort: 5_000,
  } as const;
  const steps: readonly Entered[] = [[50, 'NEW-SYN-RECV', 'snapshot', 49]];
  const end: readonly Entered[] = untilS === undefined ? [] : [[untilS, 'UNCONN', 'snapshot', untilS - 1]];
  return connectionOf(id, [...steps, ...end], {
    tuple,
    origin: 'accept',
    closeReason: untilS === undefined ? undefined : 'unknown',
  });
}

const sample = (atS: number, more: Partial<Sample>): Sample => sampleOf(1, usAt(atS), more);

const queue = (atS: number, recvQ: number) => sample(atS, { recvQ, sendQ: 2 });

const closeWait = (id: number, atS: number) => connectionOf(id, [...ESTAB, [atS, 'CLOSE-WAIT']]);

describe('troubles of a host', () => {
  it('are none where connections open, transfer, close in order, and wait their time', () => {
    const tuple = { family: 4, localAddr: '0.0.0.0', localPort: 80, remoteAddr: '0.0.0.0', remotePort: 0 } as const;
    const connections = [
      connectionOf(1, ESTAB),
      connectionOf(2, [...ESTAB, [20, 'FIN-WAIT-1'], [20.1, 'FIN-WAIT-2'], [20.2, 'TIME-WAIT'], [80.2, 'UNCONN']]),
      connectionOf(3, [...ESTAB, [90, 'FIN-WAIT-1'], [90.1, 'FIN-WAIT-2'], [90.2, 'TIME-WAIT']]),
      connectionOf(4, [...ESTAB, [20, 'CLOSE-WAIT'], [20.1, 'LAST-ACK'], [20.2, 'UNCONN']]),
      connectionOf(5, [...ESTAB, [99.9, 'CLOSE-WAIT']]),
      connectionOf(6, [[99, 'SYN-SENT']]),
      connectionOf(7, [[1, 'LISTEN']], { tuple, origin: 'listen' }),
      // The slower of two connects that raced each other.
      connectionOf(
        8,
        [
          [30, 'SYN-SENT'],
          [30.2, 'UNCONN'],
        ],
        { closeReason: 'aborted' },
      ),
      connectionOf(9, [...ESTAB, [20, 'UNCONN', 'snapshot', 19]], { closeReason: 'unknown' }),
    ];
    deepEqual(found({ connections }), []);
  });

  it('come worst first, each with its count, its time and its examples', () => {
    const reset = connectionOf(20, [...ESTAB, [11, 'UNCONN']], { closeReason: 'reset by peer' });
    const troubles = found({ connections: [reset, refused(1, 10), refused(2, 20), unanswered(3, 30)] });
    deepEqual(
      troubles.map(({ kind, subject, count, exampleIds, fromUs, toUs }) => [
        kind,
        subject,
        count,
        exampleIds,
        fromUs,
        toUs,
      ]),
      [
        ['unanswered SYN', '10.0.0.2:9200', 1, [3], usAt(30), usAt(37)],
        ['refused', '10.0.0.2:9200', 2, [2, 1], usAt(10.001), usAt(20.001)],
        ['reset', '10.0.0.2:9200', 1, [20], usAt(11), usAt(11)],
      ],
    );
    match(
      textOf(troubles[1]),
      /^2 connections to 10\.0\.0\.2:9200 were refused from T to T, the last one by java\[42\]\. It did accept 1 of 4 connects from here/,
    );
    match(textOf(troubles[2]), /^1 connection of java\[42\] to 10\.0\.0\.2:9200 was reset by the peer at T\./);
  });

  it('are put together where they are alike, and keep their processes and ports', () => {
    const toPort = (each: Connection, remotePort: number) => ({ ...each, tuple: { ...each.tuple, remotePort } });
    const connections = [refused(1, 10), refused(2, 20), toPort(refused(3, 15), 9_300), unanswered(4, 30)];
    const alike = inHistory({ connections }, (contextAt) => {
      const window = { fromUs: usAt(0), toUs: usAt(100), condition: undefined };
      return troublesIn(contextAt(100), window, 100, 'as one').troubles;
    });
    deepEqual(
      alike.map(({ kind, count, processes, peers, fromUs, toUs }) => [kind, count, processes, peers, fromUs, toUs]),
      [
        ['unanswered SYN', 1, ['java[42]'], ['10.0.0.2:9200'], usAt(30), usAt(37)],
        ['refused', 3, ['java[42]'], ['10.0.0.2:9200', '10.0.0.2:9300'], usAt(10.001), usAt(20.001)],
      ],
    );
    equal(found({ connections }).length, 3, 'in JSON each is one of its own');
  });

  it('count connects that still wait together with those that timed out', () => {
    const [trouble] = found({
      connections: [unanswered(1, 10), unanswered(2, 12), connectionOf(3, [[60, 'SYN-SENT']])],
    });
    equal(trouble?.count, 3);
    match(textOf(trouble), /3 connects to 10\.0\.0\.2:9200 got no answer \(1 still waiting since T, 2 timed out\)/);
  });

  it('are those of the window only', () => {
    const connections = [refused(1, 10), unanswered(2, 50)];
    deepEqual(kinds({ connections }, { toS: 40 }), ['refused']);
    deepEqual(kinds({ connections }, { fromS: 40 }), ['unanswered SYN']);
    deepEqual(kinds({ connections }, { fromS: 52, toS: 55 }), ['unanswered SYN'], 'it waited then');
    deepEqual(kinds({ connections }, { fromS: 9.9, toS: 10.1 }), ['refused'], 'by the index of lifetimes');
    deepEqual(kinds({ connections }, { fromS: 20, toS: 22 }), []);
  });

  it('are those that match a filter', () => {
    const connections = [refused(1, 10), { ...unanswered(2, 50), netns: 2 }, closeWait(3, 20)];
    const condition = { sql: 'netns = @n', params: { n: 2 } };
    deepEqual(kinds({ connections }, { condition }), ['unanswered SYN']);
  });

  it('find a leak by its owner, also at the end of a window in the past', () => {
    const connections = [closeWait(1, 20), closeWait(2, 30), closeWait(3, 99)];
    const [leak] = found({ connections });
    equal(leak?.count, 2, 'one that is young is left out');
    equal(leak?.subject, 'java[42]');
    deepEqual(kinds({ connections }, { toS: 70 }), []);
    deepEqual(kinds({ connections }, { toS: 85 }), ['CLOSE-WAIT leak']);
    const many = Array.from({ length: 20 }, (_, index) => closeWait(index + 1, 90));
    deepEqual(kinds({ connections: many }), ['CLOSE-WAIT leak'], 'many are one sooner');
  });

  it('find a leak that is over, at its worst moment', () => {
    const leaked = (id: number, fromS: number, toS: number) =>
      connectionOf(id, [...ESTAB, [fromS, 'CLOSE-WAIT'], [toS, 'LAST-ACK'], [toS + 0.001, 'UNCONN']], {
        closeReason: 'orderly',
      });
    const many = Array.from({ length: 30 }, (_, index) => leaked(index + 1, 20 + index / 10, 50));
    const [over] = found({ connections: many });
    deepEqual([over?.kind, over?.count, over?.fromUs, over?.toUs], ['CLOSE-WAIT leak', 30, usAt(20), usAt(50)]);
    match(
      textOf(over),
      /At T java\[42\] held 30 sockets in CLOSE-WAIT of one peer, 10\.0\.0\.2, the oldest since T.*All of them were gone by T, within T: the process ended, or closed them together\./,
    );
    const some = many.map((each, index) => (index < 10 ? closeWait(each.id, 20) : each));
    match(textOf(found({ connections: some })[0]), /held 30 sockets in CLOSE-WAIT.*10 of them are left at T\./);
    deepEqual(kinds({ connections: many }, { fromS: 60 }), [], 'it was over before the window');
    deepEqual(kinds({ connections: many.slice(0, 10) }), [], 'so few for so short are none');
  });

  it('count handshakes that were not completed, still half-open or ended', () => {
    const halfOpenOnes = Array.from({ length: 15 }, (_, index) => halfOpen(index + 1));
    deepEqual(kinds({ connections: halfOpenOnes }), []);
    const ended = Array.from({ length: 10 }, (_, index) => halfOpen(index + 101, 60));
    const [flood] = found({ connections: [...halfOpenOnes, ...ended] });
    equal(flood?.kind, 'half-open flood');
    match(
      textOf(flood),
      /25 handshakes with 10\.0\.0\.1:80 were started and not completed: 15 half-open at T, from 15 addresses, 10 ended before/,
    );
  });

  it('find ports that ran out, and TIME-WAITs that pile up', () => {
    const waiting = [1, 2, 3].map((id) => connectionOf(id, [...ESTAB, [50, 'TIME-WAIT']]));
    const failed = connectionOf(
      9,
      [
        [60, 'SYN-SENT'],
        [60, 'UNCONN'],
      ],
      { closeReason: 'failed', tuple: { ...connectionOf(9, []).tuple, localPort: 0 } },
    );
    const events = [{ connectionId: 9, atUs: usAt(60), kind: 'connect' as const, detail: 'EADDRNOTAVAIL' }];
    const story = { connections: [...waiting, failed], events, localPorts: { low: 40_001, high: 40_004 } };
    deepEqual(kinds(story), ['port exhaustion', 'TIME-WAIT pile-up']);
    match(textOf(found(story)[1]), /3 sockets toward 10\.0\.0\.2:9200 are in TIME-WAIT, out of 4 local ports/);
    deepEqual(kinds({ ...story, localPorts: { low: 1, high: 1_000 } }), ['port exhaustion']);
    const bound = { ...failed, tuple: connectionOf(1, []).tuple };
    const [taken] = found({ ...story, connections: [...waiting, bound], localPorts: { low: 1, high: 1_000 } });
    equal(taken?.kind, 'connect failed');
    match(
      textOf(taken),
      /the four-tuple 10\.0\.0\.1:40001 to 10\.0\.0\.2:9200 belonged to #1, which entered TIME-WAIT at/,
    );
  });

  it('find names that have moved, of peers that do not answer', () => {
    const name = (address: string, fromS: number, ended?: NameRecord['ended']): NameRecord => {
      return {
        name: 'kafka.test',
        address,
        fromUs: usAt(fromS),
        toUs: usAt(fromS + 20),
        source: 'dns',
        netns: 1,
        ended,
      };
    };
    const names = [name('10.0.0.2', 1, 'replaced'), name('10.0.0.3', 21)];
    const troubles = found({ connections: [unanswered(1, 30)], names });
    deepEqual(
      troubles.map(({ kind }) => kind),
      ['stale name', 'unanswered SYN'],
    );
    match(
      textOf(troubles[0]),
      /kafka\.test resolved to 10\.0\.0\.2 at T \(by DNS\); since T it has resolved to 10\.0\.0\.3/,
    );
    deepEqual(kinds({ connections: [connectionOf(1, ESTAB)], names }), [], 'not of a connection that works');
  });

  it('find a queue that was full when the window began', () => {
    const tuple = { family: 4, localAddr: '0.0.0.0', localPort: 80, remoteAddr: '0.0.0.0', remotePort: 0 } as const;
    const listener = connectionOf(1, [[1, 'LISTEN']], { tuple, origin: 'listen', comm: 'nginx' });
    const story = { connections: [listener], samples: [queue(5, 0), queue(20, 3), queue(40, 1)] };
    deepEqual(kinds(story, { fromS: 30, toS: 35 }), ['accept queue full']);
    deepEqual(kinds(story, { fromS: 45 }), []);
    match(
      textOf(found(story)[0]),
      /The accept queue of 0\.0\.0\.0:80 \(nginx\[42\]\) was full for T, from T to T, at worst with 3 connections waiting against a backlog of 2, at T: the process accepts connections more slowly/,
    );
    deepEqual(
      [found(story)[0], found(story, { fromS: 30, toS: 35 })[0]].map((each) => [each?.fromUs, each?.toUs]),
      [
        [usAt(20), usAt(40)],
        [usAt(30), usAt(35)],
      ],
    );
  });

  it('say that a queue may have been full before a sample showed it', () => {
    const tuple = { family: 4, localAddr: '0.0.0.0', localPort: 80, remoteAddr: '0.0.0.0', remotePort: 0 } as const;
    const listener = connectionOf(1, [[1, 'LISTEN']], { tuple, origin: 'listen', comm: 'nginx' });
    const [trouble] = found({ connections: [listener], samples: [queue(5, 0), queue(20, 3)] });
    match(textOf(trouble), /has been full for at least T, since T or earlier, at worst/);
  });

  it('put connects from another network namespace below the full queue to which they went', () => {
    const ends = (localAddr: string, localPort: number, remoteAddr: string, remotePort: number) =>
      ({ tuple: { family: 4, localAddr, localPort, remoteAddr, remotePort } }) as const;
    const listener = connectionOf(1, [[1, 'LISTEN']], { ...ends('10.0.0.2', 80, '0.0.0.0', 0), origin: 'listen' });
    const earlier = connectionOf(2, ESTAB, { ...ends('10.0.0.3', 5_000, '10.0.0.2', 80), netns: 2 });
    const waiting = connectionOf(3, [[10.001, 'ESTAB']], {
      ...ends('10.0.0.2', 80, '10.0.0.3', 5_000),
      origin: 'accept',
    });
    const stuck = Array.from({ length: 1_000 }, (_, index) =>
      connectionOf(index + 10, [[45, 'SYN-SENT']], { ...ends('10.0.0.3', 6_000 + index, '10.0.0.2', 80), netns: 2 }),
    );
    const connections = [listener, earlier, waiting, ...stuck];
    const [queued, unanswered] = found({ connections, samples: [queue(5, 0), queue(20, 3)] });
    deepEqual([queued?.kind, unanswered?.kind], ['accept queue full', 'unanswered SYN']);
    match(
      textOf(unanswered),
      /The accept queue of java\[42\]'s listener 10\.0\.0\.2:80 \(#1\) in network namespace 1 was full at T/,
    );
  });

  it('rank a full queue of a listener that is gone below one that lives', () => {
    const tuple = { family: 4, localAddr: '0.0.0.0', localPort: 80, remoteAddr: '0.0.0.0', remotePort: 0 } as const;
    const severities = [[], [[60, 'UNCONN']] as const].map((end) => {
      const listener = connectionOf(1, [[1, 'LISTEN'], ...end], { tuple, origin: 'listen' });
      return found({ connections: [listener], samples: [queue(20, 3), queue(40, 1)] })[0]?.severity;
    });
    deepEqual(severities, [78, 58]);
  });

  it('put the cause before what follows from it, and what is stuck before what leaks', () => {
    const tuple = { family: 4, localAddr: '127.0.0.1', localPort: 80, remoteAddr: '0.0.0.0', remotePort: 0 } as const;
    const ends = {
      family: 4,
      localAddr: '127.0.0.1',
      localPort: 5_000,
      remoteAddr: '127.0.0.1',
      remotePort: 80,
    } as const;
    const listener = connectionOf(
      1,
      [
        [1, 'LISTEN'],
        [60, 'UNCONN'],
      ],
      { tuple, origin: 'listen' },
    );
    const client = { ...unanswered(2, 30), tuple: ends };
    deepEqual(kinds({ connections: [listener, client], samples: [queue(20, 3), queue(50, 1)] }), [
      'accept queue full',
      'unanswered SYN',
    ]);
    const leaked = Array.from({ length: 500 }, (_, index) => closeWait(index + 10, 20));
    const stalled = { ...connectionOf(3, ESTAB), tuple: { ...connectionOf(3, []).tuple, remotePort: 81 } };
    const samples = [sampleOf(3, usAt(30), { timer: 'persist', sendQ: 9 })];
    deepEqual(kinds({ connections: [...leaked, stalled], samples }), ['zero window', 'CLOSE-WAIT leak']);
  });

  it('report aborts between two ends of this host once', () => {
    const ends = { family: 4, localAddr: '127.0.0.1', remoteAddr: '127.0.0.1' } as const;
    const pair = (id: number): Connection[] => [
      connectionOf(id, [...ESTAB, [20, 'UNCONN']], {
        closeReason: 'aborted',
        tuple: { ...ends, localPort: 5_000 + id, remotePort: 80 },
      }),
      connectionOf(id + 50, [...ESTAB, [20, 'UNCONN']], {
        ...{ closeReason: 'reset by peer', origin: 'accept' },
        tuple: { ...ends, localPort: 80, remotePort: 5_000 + id },
      }),
    ];
    const found3 = found({ connections: [1, 2, 3].flatMap(pair) });
    deepEqual(
      found3.map(({ kind, subject, count }) => `${kind} ${subject} ${count}`),
      ['reset 127.0.0.1:80 3'],
    );
    deepEqual(kinds({ connections: [1, 2].flatMap(pair) }), ['reset']);
  });

  it('find orphans that timed out, and aborted connections from three on', () => {
    const orphan = connectionOf(1, [...ESTAB, [20, 'FIN-WAIT-2'], [80, 'UNCONN', 'timer', 79]], {
      closeReason: 'timed out',
    });
    deepEqual(kinds({ connections: [orphan] }), ['FIN-WAIT-2 orphans']);
    const aborted = (id: number) => connectionOf(id, [...ESTAB, [20, 'UNCONN']], { closeReason: 'aborted' });
    deepEqual(kinds({ connections: [2, 3].map(aborted) }), []);
    ok(
      textOf(found({ connections: [2, 3, 4].map(aborted) })[0]).startsWith(
        '3 connections to 10.0.0.2:9200 were reset by this host',
      ),
    );
  });

  it('find unacknowledged data, as long as it lasts', () => {
    const connections = [connectionOf(1, ESTAB, { retransmits: 4 }), connectionOf(2, ESTAB)];
    const samples = [sample(30, { sendQ: 700, retrans: 4 }), sample(60, { retrans: 0 })];
    deepEqual(kinds({ connections, samples }, { fromS: 61 }), []);
    const [over] = found({ connections, samples });
    deepEqual([over?.kind, over?.fromUs, over?.toUs], ['unacknowledged data', usAt(30), usAt(60)], 'it is over');
    match(textOf(over), /1 connection to 10\.0\.0\.2:9200 retransmitted data .* the longest for T, from T to T:/);
    deepEqual(kinds({ connections, samples: [sample(30, { retrans: 4 }), sample(31, { retrans: 0 })] }), []);
    const [trouble] = found({ connections, samples }, { toS: 40 });
    equal(trouble?.kind, 'unacknowledged data');
    const events = [12, 22, 24].map(
      (atS) => ({ connectionId: 1, atUs: usAt(atS), kind: 'retransmit', detail: 'data' }) as const,
    );
    const calm = sample(15, { retrans: 0 });
    const [since] = found({ connections, samples: [calm, ...samples], events }, { toS: 40 });
    equal(since?.fromUs, usAt(22), 'the first retransmit after which nothing was acknowledged');
    match(
      textOf(trouble),
      /^1 connection to 10\.0\.0\.2:9200 retransmits data that the peer does not acknowledge, at T\. 10\.0\.0\.2:9200 acknowledges nothing: at T a snapshot showed 700 bytes/,
    );
  });
});

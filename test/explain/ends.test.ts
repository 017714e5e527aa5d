import { deepEqual, doesNotMatch, match, ok } from 'node:assert/strict';
import type { Connection } from '../../src/model/connection.js';
import type { ConnectionEvent } from '../../src/model/connection-event.js';
import type { Sample } from '../../src/model/sample.js';
import { connectionOf, type Entered, sampleOf, usAt } from '../lab/history.js';
import { clock, explainedText, explanationOf, type Story } from './explained.js';

const ESTAB: readonly Entered[] = [
  [10, 'SYN-SENT'],
  [10.001, 'ESTAB'],
];

function event(kind: ConnectionEvent['kind'], detail: string, atS: number, connectionId = 1): ConnectionEvent {
  return { connectionId, atUs: usAt(atS), kind, detail };
}

/** That of `connectionOf` the same id, whose port was not chosen. */
const WITHOUT_PORT = {
  family: 4,
  localAddr: '10.0.0.1',
  localPort: 0,
  remoteAddr: '10.0.0.2',
  remotePort: 9_200,
} as const;

const sample = (atS: number, more: Partial<Sample>): Sample => sampleOf(1, usAt(atS), more);

function listener(id: number, more: Partial<Connection> = {}): Connection {
  const tuple = { family: 4, localAddr: '0.0.0.0', localPort: 80, remoteAddr: '0.0.0.0', remotePort: 0 } as const;
  return connectionOf(id, [[1, 'LISTEN']], { tuple, origin: 'listen', comm: 'nginx', pid: 7, ...more });
}

function troubles(story: Story, id = 1): readonly string[] {
  return explanationOf(story, id).troubles;
}

describe('a refused connect, explained', () => {
  const refused = connectionOf(
    1,
    [
      [10, 'SYN-SENT'],
      [10.002, 'UNCONN'],
    ],
    { closeReason: 'refused' },
  );
  const events = [event('reset', 'received', 10.0019), event('connect', 'ECONNREFUSED', 10.003)];

  it('names the peer, the delay after the SYN, and the packet', () => {
    const story = { connections: [refused], events };
    const text = explainedText(story);
    ok(
      text.includes(
        `10.0.0.2:9200 refused the connection at ${clock(10.002)}, 2ms after the SYN of java[42]: a RST came back`,
      ),
      text,
    );
    ok(text.includes(`reset received at ${clock(10.0019)}`), text);
    deepEqual(troubles(story), ['refused']);
  });

  it('does not mention a RST that was not recorded', () => {
    match(explainedText({ connections: [refused], events: events.slice(1) }), /no RST was seen, so an ICMP error/);
  });

  it('mentions earlier connections that were accepted, and a local listener that was closed', () => {
    const earlier = connectionOf(2, [
      [5, 'SYN-SENT'],
      [5.001, 'ESTAB'],
      [6, 'UNCONN'],
    ]);
    const tuple = { family: 4, localAddr: '10.0.0.2', localPort: 9_200, remoteAddr: '0.0.0.0', remotePort: 0 } as const;
    const gone = connectionOf(
      3,
      [
        [1, 'LISTEN'],
        [8, 'UNCONN'],
      ],
      { tuple, origin: 'listen', comm: 'kafka', pid: 9 },
    );
    const text = explainedText({ connections: [refused, earlier, gone], events });
    ok(text.includes(`kafka[9] of this host listened there until ${clock(8)} (#3).`), text);
    ok(
      text.includes(`It did accept 1 of 2 connects from here, the last of them begun at ${clock(5)}; 1 refused.`),
      text,
    );
  });
});

describe('a reset, explained', () => {
  const steps: readonly Entered[] = [...ESTAB, [13.001, 'UNCONN']];

  it('by the peer: after which state, bytes and time', () => {
    const reset = connectionOf(1, steps, { closeReason: 'reset by peer' });
    const text = explainedText({ connections: [reset], events: [event('reset', 'received', 13)] });
    ok(
      text.includes(
        `The peer, 10.0.0.2:9200, reset the connection at ${clock(13.001)}, in ESTAB, 3s after its last transition, after 10 bytes sent and 20 bytes received.`,
      ),
      text,
    );
    ok(
      text.includes(
        `[transition 1.2 SYN-SENT -> ESTAB at ${clock(10.001)}; transition 1.3 ESTAB -> UNCONN at ${clock(13.001)}; reset received at ${clock(13)}]`,
      ),
      text,
    );
  });

  it('by this host, with the unread bytes', () => {
    const reset = connectionOf(1, steps, { closeReason: 'aborted' });
    const text = explainedText({
      connections: [reset],
      events: [event('reset', 'sent', 13.001)],
      samples: [sample(12.001, { recvQ: 512 })],
    });
    match(text, /It was reset by java\[42\], not by the peer, at .* \(a RST was sent\)/);
    match(
      text,
      /A snapshot 1s earlier showed 512 bytes not read by its process and 0 bytes not acknowledged by the peer\./,
    );
  });

  it('by ss -K', () => {
    match(
      explainedText({ connections: [connectionOf(1, steps, { closeReason: 'destroyed' })] }),
      /destroyed .* by SOCK_DESTROY/,
    );
  });
});

describe('a connection that timed out, explained', () => {
  it('names what was not acknowledged, and its retransmits', () => {
    const connection = connectionOf(1, [...ESTAB, [60, 'UNCONN']], { closeReason: 'timed out', retransmits: 2 });
    const story = {
      connections: [connection],
      events: [event('retransmit', 'data', 11), event('retransmit', 'data', 12)],
    };
    const text = explainedText(story);
    ok(
      text.includes(
        `The kernel gave up on the connection at ${clock(60)}, 50s after it became ESTAB: 10.0.0.2:9200 no longer acknowledged anything.`,
      ),
      text,
    );
    ok(text.includes(`The kernel retransmitted segments twice, from ${clock(11)} to ${clock(12)}.`), text);
    deepEqual(troubles(story), ['timed out']);
  });

  it('warns while data is still unacknowledged', () => {
    const text = explainedText({
      connections: [connectionOf(1, ESTAB)],
      samples: [sample(30, { sendQ: 700, retrans: 4, timer: 'on' })],
    });
    match(
      text,
      /10\.0\.0\.2:9200 acknowledges nothing: at \S+ a snapshot showed 700 bytes of java\[42\] unacknowledged after 4 retransmits in a row/,
    );
  });
});

describe('CLOSE-WAIT, explained', () => {
  const leaked = (id: number, atS: number) =>
    connectionOf(id, [
      [1, 'SYN-SENT'],
      [1.1, 'ESTAB'],
      [atS, 'CLOSE-WAIT'],
    ]);

  it('counts the sockets of the owner, and names the oldest', () => {
    const story = { connections: [leaked(1, 20), leaked(2, 12), leaked(3, 30)] };
    const text = explainedText(story);
    ok(text.includes(`closed its half at ${clock(20)}; java[42] has not closed the socket in the 1m20s since.`), text);
    ok(text.includes(`java[42] holds 3 such sockets, the oldest since ${clock(12)}: it leaks them.`), text);
    deepEqual(troubles(story), ['CLOSE-WAIT leak']);
  });

  it('counts them at an earlier moment', () => {
    const closed = connectionOf(3, [
      [1, 'SYN-SENT'],
      [1.1, 'ESTAB'],
      [5, 'CLOSE-WAIT'],
      [90, 'UNCONN'],
    ]);
    const story = { connections: [leaked(1, 20), leaked(2, 12), closed] };
    ok(explainedText(story, 1, 85).includes(`holds 3 such sockets, the oldest since ${clock(5)}`));
    ok(explainedText(story, 1, 95).includes(`holds 2 such sockets, the oldest since ${clock(12)}`));
  });

  it('is normal for a moment', () => {
    const story = { connections: [leaked(1, 99)] };
    match(explainedText(story), /This is normal for such a short time/);
    deepEqual(troubles(story), []);
    const several = { connections: [leaked(1, 99), leaked(2, 98.5)] };
    const text = explainedText(several);
    ok(text.includes('holds 2 such sockets') && !text.includes('This is normal'), text);
  });
});

describe('FIN-WAIT-2, explained', () => {
  const steps: readonly Entered[] = [...ESTAB, [20, 'FIN-WAIT-1'], [20.001, 'FIN-WAIT-2']];

  it('is an orphan where a snapshot showed that no process holds it', () => {
    const story = {
      connections: [connectionOf(1, steps)],
      samples: [sample(21, { timer: 'timewait', timerMs: 59_000 })],
    };
    ok(
      explainedText(story).includes(
        `No process holds the socket any longer: at ${clock(21)} a snapshot showed it as an orphan, with 59s left on its timer.`,
      ),
    );
    deepEqual(troubles(story), ['FIN-WAIT-2 orphans']);
  });

  it('is not an orphan where no snapshot showed it', () => {
    const story = { connections: [connectionOf(1, steps)] };
    match(explainedText(story), /No snapshot showed it as an orphan: java\[42\] probably still holds it/);
    deepEqual(troubles(story), []);
  });

  it('ended by the timer of an orphan', () => {
    const ended = connectionOf(1, [...steps, [80, 'UNCONN', 'timer', 79]], { closeReason: 'timed out' });
    match(
      explainedText({ connections: [ended] }),
      /The peer never closed its half: the kernel deleted the orphan at .* at the latest, not before .* \(inferred from a kernel timer/,
    );
  });
});

describe('port exhaustion, explained', () => {
  const timeWait = (id: number) => connectionOf(id, [...ESTAB, [50 + id / 1000, 'FIN-WAIT-1'], [50.1, 'TIME-WAIT']]);
  const waiting = [2, 3, 4].map(timeWait);
  const failed = connectionOf(
    1,
    [
      [60, 'SYN-SENT'],
      [60, 'UNCONN'],
    ],
    { closeReason: 'failed', tuple: WITHOUT_PORT },
  );
  const story = { connections: [failed, ...waiting], events: [event('connect', 'EADDRNOTAVAIL', 60)] };

  it('counts the sockets that hold ports toward the destination, and the available ports', () => {
    const text = explainedText({ ...story, localPorts: { low: 40_002, high: 40_004 } });
    match(
      text,
      /connect\(2\) of java\[42\] to 10\.0\.0\.2:9200 failed at once, at \S+, with EADDRNOTAVAIL: no local port was left for it\. No packet left this host\./,
    );
    match(
      text,
      /3 sockets toward it held local ports then \(3 TIME-WAIT\), ports 40002 - 40004; ip_local_port_range now has 3 ports \(40002 - 40004\)\./,
    );
    ok(text.includes(`Most of them are in TIME-WAIT, which lasts 60 s, the oldest since ${clock(50.1)}`), text);
    deepEqual(troubles(story), ['connect failed', 'port exhaustion']);
  });

  it('does not invent the range', () => {
    match(explainedText(story), /the number of local ports \(ip_local_port_range\) is not recorded/);
  });

  it('calls one TIME-WAIT normal, and many a pile-up', () => {
    match(explainedText(story, 2), /TIME-WAIT is normal, and no process holds the socket\./);
    deepEqual(troubles(story, 2), []);
    const few = { ...story, localPorts: { low: 40_002, high: 40_004 } };
    match(explainedText(few, 2), /But 3 sockets toward 10\.0\.0\.2:9200 are in TIME-WAIT, out of 3 local ports/);
    deepEqual(troubles(few, 2), ['TIME-WAIT pile-up']);
  });
});

describe('other connects that fail at once, explained', () => {
  it('name the errno and what it means', () => {
    const failed = connectionOf(1, [], {
      openedUs: usAt(9),
      closedUs: usAt(9),
      closeReason: 'unreachable',
      state: 'UNCONN',
    });
    match(
      explainedText({ connections: [failed], events: [event('connect', 'ENETUNREACH', 9)] }),
      /with ENETUNREACH: no route to its network/,
    );
  });
});

describe('a full accept queue, explained', () => {
  const full = sample(40, { connectionId: 9, recvQ: 3, sendQ: 2 });

  it('of the listener', () => {
    const tuple = {
      family: 4,
      localAddr: '10.0.0.2',
      localPort: 80,
      remoteAddr: '10.0.0.9',
      remotePort: 5_000,
    } as const;
    const request = connectionOf(3, [[41, 'NEW-SYN-RECV', 'snapshot', 40]], { tuple, origin: 'accept' });
    const story: Story = {
      connections: [listener(9), request],
      samples: [full],
      events: [event('retransmit', 'SYN-ACK 10.0.0.2:80 > 10.0.0.3:5', 42, 9), event('retransmit', 'SYN-ACK', 43, 3)],
    };
    const text = explainedText(story, 9);
    ok(
      text.includes(
        `The accept queue of 0.0.0.0:80 was full at ${clock(40)}: 3 connections waiting against a backlog of 2.`,
      ),
      text,
    );
    ok(text.includes(`SYN-ACKs of 0.0.0.0:80 were retransmitted twice, from ${clock(42)} to ${clock(43)}.`), text);
    deepEqual(troubles(story, 9), ['accept queue full']);
    match(
      explainedText(story, 3),
      /The accept queue of nginx\[7\]'s listener 0\.0\.0\.0:80 \(#9\) was full at .* drops the last ACK/,
    );
  });

  it('of the client that waits for it on the same host', () => {
    const tuple = {
      family: 4,
      localAddr: '127.0.0.1',
      localPort: 5_000,
      remoteAddr: '127.0.0.1',
      remotePort: 80,
    } as const;
    const story = { connections: [connectionOf(1, [[45, 'SYN-SENT']], { tuple }), listener(9)], samples: [full] };
    match(
      explainedText(story),
      /The accept queue of nginx\[7\]'s listener 0\.0\.0\.0:80 \(#9\) was full at \S+: 3 connections waiting against a backlog of 2\./,
    );
    deepEqual(troubles(story), ['unanswered SYN', 'accept queue full']);
  });

  it('of the client in another network namespace, if a connection between the two shows that', () => {
    const ends = (localAddr: string, localPort: number, remoteAddr: string, remotePort: number) =>
      ({ tuple: { family: 4, localAddr, localPort, remoteAddr, remotePort } }) as const;
    const opened: readonly Entered[] = [
      [30, 'SYN-SENT'],
      [30.001, 'ESTAB'],
    ];
    const client = connectionOf(1, [[45, 'SYN-SENT']], { ...ends('10.0.0.3', 5_001, '10.0.0.2', 80), netns: 2 });
    const earlier = connectionOf(2, opened, { ...ends('10.0.0.3', 5_000, '10.0.0.2', 80), netns: 2 });
    const waiting = connectionOf(3, [[30.001, 'ESTAB']], {
      ...ends('10.0.0.2', 80, '10.0.0.3', 5_000),
      origin: 'accept',
    });
    const story: Story = { connections: [client, earlier, waiting, listener(9)], samples: [full] };
    match(
      explainedText(story),
      /The accept queue of nginx\[7\]'s listener 0\.0\.0\.0:80 \(#9\) in network namespace 1 was full at \S+: 3 connections waiting against a backlog of 2\./,
    );
    deepEqual(troubles(story), ['unanswered SYN', 'accept queue full']);
    const same = { ...waiting, id: 4, netns: 3 };
    const without = [
      [client, waiting, listener(9)],
      [client, { ...earlier, ...ends('10.0.0.3', 5_002, '10.0.0.2', 80) }, waiting, listener(9)],
      [client, earlier, waiting, same, listener(9)],
    ];
    for (const connections of without) deepEqual(troubles({ ...story, connections }), ['unanswered SYN']);
  });

  it('is not claimed of one with room', () => {
    const story = { connections: [listener(9)], samples: [{ ...full, recvQ: 2, atUs: usAt(97) }] };
    match(
      explainedText(story, 9),
      /nginx\[7\] listens on 0\.0\.0\.0:80: it became LISTEN .* ago; its queue was not full, 2 connections waiting against a backlog of 2/,
    );
    deepEqual(troubles(story, 9), []);
  });

  it('is not that of a listener of this host where the peer is another host', () => {
    const connections = [connectionOf(1, [[45, 'SYN-SENT']]), listener(9)].map((each) => {
      return each.id === 1 ? { ...each, tuple: { ...each.tuple, remotePort: 80 } } : each;
    });
    deepEqual(troubles({ connections, samples: [full] }), ['unanswered SYN']);
    const refused = connectionOf(
      1,
      [
        [45, 'SYN-SENT'],
        [45.1, 'UNCONN'],
      ],
      { closeReason: 'refused' },
    );
    const closed = listener(9, { closedUs: usAt(30), closeReason: 'orderly', state: 'UNCONN' });
    const elsewhere = { ...refused, tuple: { ...refused.tuple, remotePort: 80 } };
    doesNotMatch(explainedText({ connections: [elsewhere, closed] }), /nginx/);
  });

  it('without being full may be one whose process accepts none', () => {
    const story = { connections: [listener(9)], samples: [{ ...full, recvQ: 2 }] };
    match(
      explainedText(story, 9),
      /2 connections have waited in the accept queue of 0\.0\.0\.0:80 since \S+ at the latest, for 1m: nginx\[7\] accepts none of them/,
    );
    deepEqual(troubles(story, 9), ['never accepted']);
    const tuple = {
      family: 4,
      localAddr: '10.0.0.1',
      localPort: 80,
      remoteAddr: '10.0.0.9',
      remotePort: 5_000,
    } as const;
    const accepted = connectionOf(
      3,
      [
        [50, 'SYN-RECV'],
        [50.001, 'ESTAB'],
      ],
      { tuple, origin: 'accept' },
    );
    deepEqual(troubles({ ...story, connections: [listener(9), accepted] }, 9), [], 'it accepted another');
  });
});

describe('half-open requests, explained', () => {
  const request = (id: number) => {
    const tuple = {
      family: 4,
      localAddr: '10.0.0.1',
      localPort: 80,
      remoteAddr: `10.0.1.${id}`,
      remotePort: 5_000,
    } as const;
    return connectionOf(id, [[50 + id, 'NEW-SYN-RECV', 'snapshot', 49 + id]], {
      tuple,
      origin: 'accept',
      pid: undefined,
    });
  };

  it('say what was answered, and what is missing', () => {
    const text = explainedText({ connections: [request(1)], events: [event('retransmit', 'SYN-ACK', 53)] });
    match(
      text,
      /10\.0\.1\.1:5000 sent a SYN to 10\.0\.0\.1:80, and the connection became half-open at \S+ at the latest, not before \S+ \(seen by a snapshot\): this host answered with a SYN-ACK/,
    );
    ok(text.includes(`The kernel retransmitted the SYN-ACK once, last at ${clock(53)}.`), text);
    deepEqual(troubles({ connections: [request(1)] }), []);
  });

  it('are a flood when they are many', () => {
    const story = { connections: Array.from({ length: 25 }, (_, index) => request(index + 1)) };
    ok(
      explainedText(story).includes(
        `Port 80 has 25 half-open connections from 25 addresses, the oldest since ${clock(51)}: a flood`,
      ),
      explainedText(story),
    );
    deepEqual(troubles(story), ['half-open flood']);
  });
});

describe('what is normal, explained', () => {
  it('is reported as normal', () => {
    match(
      explainedText({ connections: [connectionOf(1, ESTAB)] }),
      /are connected: it became ESTAB at .* Nothing recorded looks wrong\./,
    );
    match(
      explainedText({ connections: [connectionOf(1, [...ESTAB, [20, 'UNCONN']])] }),
      /The connection ended in order at .*: that is normal\./,
    );
  });

  it('reports that no process has accepted a connection', () => {
    const waiting = connectionOf(
      1,
      [
        [10, 'SYN-RECV'],
        [10.1, 'ESTAB'],
      ],
      { origin: 'accept', pid: undefined },
    );
    match(explainedText({ connections: [waiting] }), /No process was seen to accept it by/);
  });

  it('gives no reason where the end was not observed', () => {
    const gone = connectionOf(1, [...ESTAB, [20, 'UNCONN', 'snapshot', 19]], { closeReason: 'unknown' });
    match(
      explainedText({ connections: [gone] }),
      /It was gone at \S+ at the latest, not before .* Why it ended is unknown/,
    );
  });
});

describe('a connect from a bound port whose four-tuple another socket has, explained', () => {
  const holder = connectionOf(2, [...ESTAB, [50, 'FIN-WAIT-1'], [50.1, 'TIME-WAIT']]);
  const failed = connectionOf(
    1,
    [
      [60, 'SYN-SENT'],
      [60, 'UNCONN'],
    ],
    { closeReason: 'failed', tuple: holder.tuple },
  );
  const events = [event('connect', 'EADDRNOTAVAIL', 60)];

  it('names the TIME-WAIT that is in the way, and when it ends', () => {
    const text = explainedText({ connections: [failed, holder], events });
    ok(
      text.includes(
        `The program had bound it to 10.0.0.1:40002, and the four-tuple 10.0.0.1:40002 to 10.0.0.2:9200 belonged to #2, which entered TIME-WAIT at ${clock(50.1)}. It ends at ${clock(110.1)}, 50.1s after that connect`,
      ),
      text,
    );
    deepEqual(troubles({ connections: [failed, holder], events }), ['connect failed']);
  });

  it('names the process of an open one', () => {
    const open = connectionOf(2, ESTAB);
    match(
      explainedText({ connections: [failed, open], events }),
      /belonged to #2 of java\[42\], which entered ESTAB at/,
    );
  });

  it('says so where none is known', () => {
    match(
      explainedText({ connections: [failed], events }),
      /No other socket with this four-tuple is known from then\./,
    );
  });
});

import { deepEqual, equal, match, ok } from 'node:assert/strict';
import type { Connection } from '../../src/model/connection.js';
import { connectionOf, usAt } from '../lab/history.js';
import { clock, explainedText, explanationOf, type Story } from './explained.js';

const PEER = {
  family: 4,
  localAddr: '10.0.0.1',
  localPort: 40_001,
  remoteAddr: '10.0.0.2',
  remotePort: 9_200,
} as const;

function established(id: number, atS: number, remotePort = 9_200): Connection {
  const tuple = { ...PEER, localPort: 40_000 + id, remotePort };
  return connectionOf(
    id,
    [
      [atS, 'SYN-SENT'],
      [atS + 0.001, 'ESTAB'],
    ],
    { tuple },
  );
}

const stuck = connectionOf(1, [[60, 'SYN-SENT']], { retransmits: 3 });
const retransmits = [61, 63, 67].map((atS) => ({
  connectionId: 1,
  atUs: usAt(atS),
  kind: 'retransmit' as const,
  detail: 'SYN',
}));

describe('an unanswered SYN, explained', () => {
  it('names the process, the peer, the time, and each retransmit with its time', () => {
    const text = explainedText({ connections: [stuck], events: retransmits });
    match(text, /^java\[42\] began to connect to 10\.0\.0\.2:9200 at \S+: its SYN has not been answered for 40s\./);
    ok(text.includes(`[transition 1.1 UNCONN -> SYN-SENT at ${clock(60)}]`), text);
    ok(text.includes(`The kernel retransmitted the SYN 3 times, last at ${clock(67)}, 7s after the first SYN.`), text);
    for (const atS of [61, 63, 67]) ok(text.includes(`retransmit SYN at ${clock(atS)}`), text);
  });

  it('says that the peer never accepted a connection, and that no other port was tried', () => {
    const text = explainedText({ connections: [stuck], events: retransmits });
    match(text, /10\.0\.0\.2:9200 never accepted a connection from here in the recorded history, in 1 attempt since/);
    match(text, /No other port of 10\.0\.0\.2 was tried from here\./);
  });

  it('makes no claim about what was pruned', () => {
    const text = explainedText({ connections: [stuck], prunedThroughS: 10 });
    match(text, /never accepted a connection from here in what pruning left of the history/);
  });

  it('says when the peer last answered, and which of its other ports do', () => {
    const text = explainedText({ connections: [stuck, established(2, 5), established(3, 30), established(4, 20, 22)] });
    ok(
      text.includes(
        `10.0.0.2:9200 did answer other connects in the recorded history: 2 of 3 connects, the last of them begun at ${clock(30)}.`,
      ),
      text,
    );
    const others = `22 (1 established, last at ${clock(20)})`;
    ok(text.includes(`Other ports of 10.0.0.2 answered at other times: ${others}. That does not show whether`), text);
    const meanwhile = explainedText({ connections: [stuck, established(4, 70, 22)] });
    ok(
      meanwhile.includes(
        `Port 22 answered a connect that was begun at ${clock(70)}, while the SYN waited: the host was reachable, and the problem is port 9200.`,
      ),
      meanwhile,
    );
  });

  it('takes an answer for proof only if it came while the SYN waited, however many came later', () => {
    const gaveUp = {
      ...stuck,
      ...connectionOf(
        1,
        [
          [60, 'SYN-SENT'],
          [67, 'UNCONN'],
        ],
        { closeReason: 'aborted' },
      ),
    };
    for (const atS of [57, 59.9995, 67.5, 70]) {
      const text = explainedText({ connections: [gaveUp, established(4, atS, 22)] });
      ok(text.includes('answered at other times'), `${atS}: ${text}`);
    }
    const text = explainedText({ connections: [gaveUp, established(4, 63, 22), established(5, 90, 22)] });
    ok(text.includes(`Port 22 answered a connect that was begun at ${clock(63)}, while the SYN waited`), text);
    ok(text.includes(`connection 4 at ${clock(63)}`), text);
  });

  it('does not take what another namespace reached for an answer of this peer', () => {
    const elsewhere = { ...established(2, 5), netns: 2 };
    match(explainedText({ connections: [stuck, elsewhere] }), /never accepted a connection from here/);
  });

  it('names route and neighbour errors, and their absence', () => {
    const error = { connectionId: 1, atUs: usAt(63.1), kind: 'error' as const, detail: 'EHOSTUNREACH' };
    match(
      explainedText({ connections: [stuck], events: [error] }),
      /The kernel reported EHOSTUNREACH, first at \S+: a router reported .* \(ARP/,
    );
    match(explainedText({ connections: [stuck] }), /No route or neighbour error was reported/);
  });

  it('says how it ended, and at an earlier moment that it had not', () => {
    const ended = connectionOf(
      1,
      [
        [60, 'SYN-SENT'],
        [67, 'UNCONN'],
      ],
      { closeReason: 'timed out' },
    );
    const story: Story = { connections: [ended], events: retransmits };
    const text = explainedText(story);
    ok(text.includes(`its SYN was not answered in 7s.`), text);
    ok(text.includes(`The kernel gave up at ${clock(67)}: ETIMEDOUT.`), text);
    const earlier = explainedText(story, 1, 62);
    ok(earlier.includes('has not been answered for 2s'), earlier);
    ok(earlier.includes('retransmitted the SYN once'), earlier);
    ok(!earlier.includes('gave up'), earlier);
  });

  it('says nothing about the peer where the program closed it at once', () => {
    const closed = connectionOf(
      1,
      [
        [60, 'SYN-SENT'],
        [60.0001, 'UNCONN'],
      ],
      { closeReason: 'aborted' },
    );
    const text = explainedText({ connections: [closed] });
    match(text, /closed the socket at \S+, before the kernel would have retransmitted the SYN \(after 1 s\)/);
    ok(!/dropped|gave up/.test(text), text);
  });

  it('names an ICMP error that only SO_ERROR returned', () => {
    const rejected = connectionOf(
      1,
      [
        [60, 'SYN-SENT'],
        [60.0001, 'UNCONN'],
      ],
      { closeReason: 'unreachable' },
    );
    const events = [{ connectionId: 1, atUs: usAt(60), kind: 'error' as const, detail: 'EHOSTUNREACH ICMP' }];
    const text = explainedText({ connections: [rejected], events });
    match(text, /The kernel reported EHOSTUNREACH, first at \S+: a router reported the host unreachable/);
    ok(!/dropped/.test(text), text);
  });

  it('marks as inferred what only a snapshot saw', () => {
    const seen = connectionOf(1, [[60, 'SYN-SENT', 'snapshot', 59]]);
    ok(
      explainedText({ connections: [seen] }).includes(
        `at ${clock(60)} at the latest, not before ${clock(59)} (seen by a snapshot)`,
      ),
    );
  });

  it('mentions the gaps that touch it', () => {
    const gaps = [{ fromUs: usAt(61), toUs: usAt(62) }];
    match(explainedText({ connections: [stuck], gaps }), /The record has a gap in this period, 3 events lost:/);
    const pause = { fromUs: usAt(61), toUs: usAt(65), reason: 'tracer' as const };
    match(
      explainedText({ connections: [stuck], gaps: [pause] }),
      /Nothing was recorded from \S+ to \S+: no recorder was running, and what happened then is unknown\./,
    );
    equal(explainedText({ connections: [stuck], gaps: [{ fromUs: usAt(1), toUs: usAt(2) }] }).includes('gap'), false);
  });

  it('is named as the trouble', () => {
    deepEqual(explanationOf({ connections: [stuck] }).troubles, ['unanswered SYN']);
    deepEqual(explanationOf({ connections: [established(1, 5)] }).troubles, []);
    deepEqual(explanationOf({ connections: [connectionOf(1, [[99.9, 'SYN-SENT']])] }).troubles, [], 'not yet');
  });
});

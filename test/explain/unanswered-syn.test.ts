import { deepEqual, equal, match, ok } from 'node:assert/strict';
import type { Connection } from '../../src/model/connection.js';
import { connectionOf, usAt } from '../lab/history.js';
import { clock, explanationOf, type Story, saidOf } from './explained.js';

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
  it('says who asked whom, since when, and each retransmit with its time', () => {
    const said = saidOf({ connections: [stuck], events: retransmits });
    match(said, /^java\[42\] began to connect to 10\.0\.0\.2:9200 at \S+: its SYN has not been answered for 40s\./);
    ok(said.includes(`[transition 1.1 UNCONN -> SYN-SENT at ${clock(60)}]`), said);
    ok(said.includes(`The kernel retransmitted the SYN 3 times, last at ${clock(67)}, 7s after the first SYN.`), said);
    for (const atS of [61, 63, 67]) ok(said.includes(`retransmit SYN at ${clock(atS)}`), said);
  });

  it('says that the peer never accepted a connection, and that no other port was tried', () => {
    const said = saidOf({ connections: [stuck], events: retransmits });
    match(said, /10\.0\.0\.2:9200 never accepted a connection from here in the recorded history, in 1 attempt since/);
    match(said, /No other port of 10\.0\.0\.2 was tried from here\./);
  });

  it('does not speak for what was pruned', () => {
    const said = saidOf({ connections: [stuck], prunedThroughS: 10 });
    match(said, /never accepted a connection from here in what pruning left of the history/);
  });

  it('says when the peer last answered, and which of its other ports do', () => {
    const said = saidOf({ connections: [stuck, established(2, 5), established(3, 30), established(4, 20, 22)] });
    ok(
      said.includes(
        `10.0.0.2:9200 did answer other connects in the recorded history: 2 of 3 connects, the last of them begun at ${clock(30)}.`,
      ),
      said,
    );
    ok(said.includes(`Other ports of 10.0.0.2 answered: 22 (1 established, last at ${clock(20)}).`), said);
  });

  it('does not take what another namespace reached for an answer of this peer', () => {
    const elsewhere = { ...established(2, 5), netns: 2 };
    match(saidOf({ connections: [stuck, elsewhere] }), /never accepted a connection from here/);
  });

  it('names route and neighbour errors, and their absence', () => {
    const error = { connectionId: 1, atUs: usAt(63.1), kind: 'error' as const, detail: 'EHOSTUNREACH' };
    match(
      saidOf({ connections: [stuck], events: [error] }),
      /The kernel reported EHOSTUNREACH, first at \S+: a router reported .* \(ARP/,
    );
    match(saidOf({ connections: [stuck] }), /No route or neighbour error was reported/);
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
    const said = saidOf(story);
    ok(said.includes(`its SYN was not answered in 7s.`), said);
    ok(said.includes(`The kernel gave up at ${clock(67)}: ETIMEDOUT.`), said);
    const earlier = saidOf(story, 1, 62);
    ok(earlier.includes('has not been answered for 2s'), earlier);
    ok(earlier.includes('retransmitted the SYN once'), earlier);
    ok(!earlier.includes('gave up'), earlier);
  });

  it('words what only a snapshot saw as inferred', () => {
    const seen = connectionOf(1, [[60, 'SYN-SENT', 'snapshot', 59]]);
    ok(
      saidOf({ connections: [seen] }).includes(
        `at ${clock(60)} at the latest, not before ${clock(59)} (seen by a snapshot)`,
      ),
    );
  });

  it('tells the gaps that touch it', () => {
    const gaps = [{ fromUs: usAt(61), toUs: usAt(62) }];
    match(saidOf({ connections: [stuck], gaps }), /The record has a gap in this period, 3 events lost:/);
    equal(saidOf({ connections: [stuck], gaps: [{ fromUs: usAt(1), toUs: usAt(2) }] }).includes('gap'), false);
  });

  it('is named as the trouble', () => {
    deepEqual(explanationOf({ connections: [stuck] }).troubles, ['unanswered SYN']);
    deepEqual(explanationOf({ connections: [established(1, 5)] }).troubles, []);
    deepEqual(explanationOf({ connections: [connectionOf(1, [[99.9, 'SYN-SENT']])] }).troubles, [], 'not yet');
  });
});

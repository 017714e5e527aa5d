import { deepEqual, doesNotMatch, equal, match } from 'node:assert/strict';
import type { Trouble } from '../../src/explain/explanation.js';
import { troublesIn } from '../../src/explain/troubles/troubles.js';
import type { Connection } from '../../src/model/connection.js';
import { connectionOf, type Entered, sampleOf, usAt } from '../lab/history.js';
import { explainedText, explanationOf, inHistory, type Story } from './explained.js';

function found(story: Story, fromS = 0, toS = 100): readonly Trouble[] {
  return inHistory(story, (contextAt) => {
    const window = { fromUs: usAt(fromS), toUs: usAt(toS), condition: undefined };
    return troublesIn(contextAt(toS), window, 100).troubles;
  });
}

function textOf(trouble: Trouble | undefined): string {
  const words = trouble?.sentences.flatMap(({ text }) => [...text, ' ']) ?? [];
  return words.map((piece) => (typeof piece === 'string' ? piece : 'T')).join('');
}

const SERVER = { localAddr: '10.0.0.2', localPort: 9_200 } as const;
const listener = connectionOf(90, [[1, 'LISTEN']], {
  ...{ origin: 'listen', comm: 'app', pid: 7 },
  tuple: { family: 4, ...SERVER, remoteAddr: '0.0.0.0', remotePort: 0 },
});
const queue = (atS: number, recvQ: number) => sampleOf(90, usAt(atS), { recvQ, sendQ: 2 });

/** A request of the client's end `id`, as snapshots saw it. */
function request(id: number, fromS: number, more: readonly Entered[] = [], closeReason?: Connection['closeReason']) {
  const tuple = { family: 4, ...SERVER, remoteAddr: '10.0.0.1', remotePort: 40_000 + id - 100 } as const;
  return connectionOf(id, [[fromS, 'NEW-SYN-RECV', 'snapshot', fromS - 1], ...more], {
    ...{ tuple, origin: 'accept', pid: undefined, comm: undefined, fd: undefined, closeReason },
  });
}
const client = (id: number, atS: number, more: readonly Entered[] = [], closeReason?: Connection['closeReason']) =>
  connectionOf(id, [[atS, 'SYN-SENT'], [atS, 'ESTAB'], ...more], { closeReason });
const synAck = (atS: number, connectionId: number, ends = '') => ({
  ...{ connectionId, kind: 'retransmit' as const, detail: `SYN-ACK${ends}` },
  atUs: usAt(atS),
});

describe('a request whose client sends nothing', () => {
  const story = { connections: [client(1, 50), request(101, 50.5), listener], samples: [queue(2, 0)] };

  it('waits for data by TCP_DEFER_ACCEPT, of both ends', () => {
    deepEqual(explanationOf(story, 101).troubles, ['deferred accept']);
    match(
      explainedText(story, 101),
      /The client of java\[42\] of this host \(#1\) has sent its last ACK, as no SYN-ACK was retransmitted, .*app\[7\] listens on 10\.0\.0\.2:9200 with TCP_DEFER_ACCEPT/,
    );
    deepEqual(explanationOf(story).troubles, ['deferred accept']);
    match(explainedText(story), /the other end is half-open at \S+ \(#101\): app\[7\] listens on .* TCP_DEFER_ACCEPT/);
    const [trouble] = found(story);
    deepEqual([trouble?.kind, trouble?.count, trouble?.fromUs], ['deferred accept', 1, usAt(50.5)]);
    match(textOf(trouble), /At T 1 client of app\[7\] at 10\.0\.0\.2:9200 had connected and sent nothing/);
  });

  it('is not one whose SYN-ACK was retransmitted, whose queue was full, or that is young', () => {
    for (const events of [[synAck(52, 101)], [synAck(51, 90, ' 10.0.0.2:9200 > 10.0.0.1:40001')]]) {
      deepEqual(explanationOf({ ...story, events }, 101).troubles, []);
      deepEqual(found({ ...story, events }), []);
    }
    deepEqual(explanationOf({ ...story, samples: [queue(2, 3)] }, 101).troubles, ['accept queue full']);
    deepEqual(found(story, 0, 52), []);
  });

  it('is no flood however many there are', () => {
    const connections = [listener, ...Array.from({ length: 30 }, (_, index) => request(101 + index, 50))];
    deepEqual(
      found({ connections, samples: [queue(2, 0)] }).map(({ kind, count }) => [kind, count]),
      [['deferred accept', 30]],
    );
  });
});

describe('a half-open flood', () => {
  it('is found after it was over, with its worst moment', () => {
    const flood = Array.from({ length: 25 }, (_, index) => {
      const fromS = 20 + index;
      return request(101 + index, fromS, [[fromS + 15, 'UNCONN', 'snapshot', fromS + 14]], 'unknown');
    });
    const story = { connections: flood };
    const [trouble] = found(story);
    deepEqual([trouble?.kind, trouble?.count], ['half-open flood', 25]);
    match(
      textOf(trouble),
      /0 half-open at T, 25 ended before\. .* At worst 15 were half-open at once, at T, from 1 address/,
    );
    deepEqual(found(story, 70), [], 'it was over before the window');
  });
});

describe('a connection that a full accept queue reset', () => {
  const reset = (detail: string, connectionId: number) => ({
    ...{ connectionId, kind: 'reset' as const, detail },
    atUs: usAt(60) - 30,
  });
  const connections = [client(1, 50, [[60, 'UNCONN']], 'reset by peer'), listener];
  const samples = [queue(2, 0), queue(55, 3)];
  const onListener = reset('sent INVALID_SYN 10.0.0.2:9200 > 10.0.0.1:40001', 90);

  it('names the listener, its process and its queue', () => {
    const story = { connections, samples, events: [onListener] };
    deepEqual(explanationOf(story).troubles, ['reset', 'accept queue full']);
    match(
      explainedText(story),
      /The kernel of this host reset it for the listener 10\.0\.0\.2:9200 of app\[7\] \(#90\), whose accept queue was full: 3 connections waiting against a backlog of 2 at/,
    );
    const full = found(story).find(({ kind }) => kind === 'accept queue full');
    match(textOf(full), /1 client of it was reset while it was full/);
  });

  it('names it where a snapshot saw the request', () => {
    const seen = request(101, 50.5, [[60 - 0.00003, 'UNCONN']], 'aborted');
    const story = { connections: [...connections, seen], samples, events: [reset('sent INVALID_SYN', 101)] };
    deepEqual(explanationOf(story).troubles, ['reset', 'accept queue full']);
    deepEqual(explanationOf(story, 101).troubles, ['accept queue full']);
  });

  it('is not one whose queue had room, or whose RST another connection got', () => {
    deepEqual(explanationOf({ connections, samples: [queue(2, 0)], events: [onListener] }).troubles, ['reset']);
    const other = reset('sent INVALID_SYN 10.0.0.2:9200 > 10.0.0.1:40002', 90);
    const story = { connections, samples, events: [other] };
    deepEqual(explanationOf(story).troubles, ['reset']);
    doesNotMatch(explainedText(story), /queue/);
  });
});

describe('connects that waited at once', () => {
  it('are counted at their worst moment, those that were answered late too', () => {
    const connections = [1, 2, 3].map((id) =>
      connectionOf(
        id,
        [
          [10 + id, 'SYN-SENT'],
          [20 + id, 'ESTAB'],
        ],
        { retransmits: 3 },
      ),
    );
    const last = connectionOf(
      4,
      [
        [50, 'SYN-SENT'],
        [57, 'UNCONN'],
      ],
      { closeReason: 'timed out', retransmits: 2 },
    );
    const story = { connections: [...connections, last] };
    const [trouble] = found(story);
    deepEqual(
      [trouble?.kind, trouble?.count, trouble?.fromUs, trouble?.toUs],
      ['unanswered SYN', 4, usAt(11), usAt(57)],
    );
    match(
      textOf(trouble),
      /got no answer \(1 timed out, 3 answered late, after up to T\).* At worst 3 of them waited at once, at T/,
    );
    equal(found(story, 30, 40).length, 0);
    deepEqual(
      found(story, 0, 22).map(({ kind, count }) => [kind, count]),
      [['unanswered SYN', 3]],
    );
  });
});

describe('TIME-WAITs that pile up', () => {
  it('are found after they ended', () => {
    const connections = Array.from({ length: 5 }, (_, index) =>
      connectionOf(index + 1, [
        [10 + index, 'SYN-SENT'],
        [10 + index, 'ESTAB'],
        [11 + index, 'TIME-WAIT'],
        [71 + index, 'UNCONN'],
      ]),
    );
    const story = { connections, localPorts: { low: 40_001, high: 40_008 } };
    const [trouble] = found(story);
    deepEqual(
      [trouble?.kind, trouble?.count, trouble?.fromUs, trouble?.toUs],
      ['TIME-WAIT pile-up', 5, usAt(11), usAt(75)],
    );
    match(textOf(trouble), /At T 5 sockets toward 10\.0\.0\.2:9200 were in TIME-WAIT, .*0 of them are left at T/);
    deepEqual(found(story, 76), []);
    deepEqual(found(story, 0, 12), [], 'there were too few by then');
  });
});

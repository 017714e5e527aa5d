import { deepEqual, doesNotMatch, match } from 'node:assert/strict';
import type { Trouble } from '../../src/explain/explanation.js';
import { troublesIn } from '../../src/explain/troubles/troubles.js';
import type { TimerKind } from '../../src/model/socket-row.js';
import { connectionOf, type Entered, sampleOf, usAt } from '../lab/history.js';
import { explainedText, explanationOf, inHistory, type Story } from './explained.js';

function found(story: Story, fromS = 0, toS = 100): readonly Trouble[] {
  return inHistory(story, (contextAt) => {
    const window = { fromUs: usAt(fromS), toUs: usAt(toS), condition: undefined };
    return troublesIn(contextAt(toS), window, 100).troubles;
  });
}
const kinds = (story: Story, fromS?: number, toS?: number) => found(story, fromS, toS).map(({ kind }) => kind);

const ESTAB: readonly Entered[] = [
  [10, 'SYN-SENT'],
  [10.1, 'ESTAB'],
];
const seen = (atS: number, timer: TimerKind, id = 1) =>
  sampleOf(id, usAt(atS), { timer, sendQ: timer === 'persist' ? 70_000 : 0, sndWnd: 0, notsent: 60_000 });

const sender = connectionOf(1, ESTAB);
const { tuple } = sender;
const reader = connectionOf(2, ESTAB, {
  origin: 'accept',
  ...{ comm: 'slow', pid: 7 },
  tuple: {
    family: 4,
    ...{
      localAddr: tuple.remoteAddr,
      localPort: tuple.remotePort,
      remoteAddr: tuple.localAddr,
      remotePort: tuple.localPort,
    },
  },
});

describe('a zero window', () => {
  const samples = [seen(12, 'off'), seen(30, 'persist'), seen(40, 'persist')];

  it('is explained with its begin, the bytes that wait, and the reader of this host', () => {
    const story = { connections: [sender, reader], samples: [...samples, sampleOf(2, usAt(31), { recvQ: 6_000 })] };
    deepEqual(explanationOf(story).troubles, ['zero window']);
    match(
      explainedText(story),
      /^The receive window of 10\.0\.0\.2:9200 has been zero since \S+ at the latest, for 1m10s: it does not read\. 70,000 bytes of java\[42\] wait in the send queue; the kernel probes .*\n\[sample of 1 at \S+: timer persist, send_q 70000, snd_wnd 0, notsent 60000; .*\nThe other end is on this host: slow\[7\] \(#2\), with 6,000 bytes unread at/,
    );
    match(
      explainedText(story, 2),
      /^slow\[7\] has not read 6,000 bytes since \S+, for 1m9s: the window that it offers/,
    );
    const [trouble] = found(story);
    deepEqual([trouble?.kind, trouble?.count, trouble?.fromUs, trouble?.toUs], ['zero window', 1, usAt(30), usAt(100)]);
  });

  it('is found after it was over, and not before it began', () => {
    const story = { connections: [sender], samples: [...samples, seen(50, 'off')] };
    const [trouble] = found(story);
    deepEqual([trouble?.kind, trouble?.fromUs, trouble?.toUs], ['zero window', usAt(30), usAt(50)]);
    deepEqual(kinds(story, 0, 29), []);
    deepEqual(kinds(story, 60), []);
    deepEqual(kinds(story, 45), ['zero window']);
    deepEqual(explanationOf(story).troubles, [], 'at the end it is over');
    deepEqual(explanationOf(story, 1, 45).troubles, ['zero window']);
  });

  it('is described of a connection that was closed with data that the peer does not take', () => {
    const closed = connectionOf(1, [...ESTAB, [35, 'FIN-WAIT-1']]);
    match(
      explainedText({ connections: [closed], samples }),
      /java\[42\] closed the connection with 70,000 bytes that 10\.0\.0\.2:9200 does not take/,
    );
  });

  it('of a moment is none', () => {
    const story = { connections: [sender], samples: [seen(30, 'persist'), seen(31, 'on')] };
    deepEqual(kinds(story), []);
    doesNotMatch(explainedText(story, 1, 30.5), /window/);
  });
});

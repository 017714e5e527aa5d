import { deepEqual, equal } from 'node:assert/strict';
import { bytesText, chartsOf, gapShares, pathOf, sampleAt } from '../../../src/web/connection/sample-series.js';
import { stayHeight } from '../../../src/web/connection/stay-heights.js';
import { niceTicks } from '../../../src/web/sql/nice-ticks.js';
import { chartShape, columnWidths, csvText, type Row } from '../../../src/web/sql/result-shape.js';

const NOTHING = {
  ...{ recv_q: null, send_q: null, rtt_us: null, cwnd: null },
  ...{ retransmits: null, bytes_sent: null, bytes_received: null },
};

describe('the charts of samples', () => {
  it('are those that have something to show', () => {
    const samples = [
      { ...NOTHING, at_us: 1, recv_q: 0, send_q: 0, cwnd: 10, retransmits: 0 },
      { ...NOTHING, at_us: 2, recv_q: 0, send_q: 5, cwnd: 1, retransmits: 0 },
    ];
    deepEqual(
      chartsOf(samples).map(({ title, most }) => [title, most]),
      [
        ['Queues', 5],
        ['Congestion window', 10],
      ],
    );
  });

  it('hold a value until the next sample', () => {
    const points = [
      { atUs: 0, value: 0 },
      { atUs: 50, value: 10 },
    ];
    equal(pathOf(points, 0, 100, 10, 200, 36), 'M0.0 36.0H100.0V0.0H200');
  });

  it('are read at the last sample before', () => {
    const samples = [10, 20, 30].map((at_us) => ({ at_us }));
    deepEqual(
      [5, 10, 19, 20, 99].map((us) => sampleAt(samples, us)),
      [0, 0, 0, 1, 2],
    );
  });

  it('have the gaps that touch them, and those that are too near to each other as one', () => {
    const gap = (from_us: number, to_us: number) => ({
      from_us,
      to_us,
      reason: 'tracer',
      scope: 'samples',
      lost: null,
    });
    const gaps = [gap(-50, -10), gap(50, 60), gap(-5, 10), gap(60.4, 62), gap(90, 200), gap(101, 110)];
    deepEqual(
      gapShares(gaps, 0, 100).map(({ left, width, gaps: of }) => [left, Number(width.toFixed(3)), of.length]),
      [
        [0, 0.1, 1],
        [0.5, 0.12, 2],
        [0.9, 0.1, 1],
      ],
    );
  });

  it('write bytes with two digits', () => {
    deepEqual([0, 999, 1500, 25_000, 3_200_000].map(bytesText), ['0 B', '999 B', '1.5 kB', '25 kB', '3.2 MB']);
  });
});

describe('the height of a state', () => {
  it('grows with its length, in steps of 4 pixels, between bounds', () => {
    deepEqual([0, 60, 10e3, 1e6, 86_400e6].map(stayHeight), [28, 28, 40, 64, 96]);
  });
});

describe('an answer of SQL as a chart', () => {
  const us = 1_795_000_000_000_000;

  it('is lines over time, in the order of time', () => {
    const rows: Row[] = [
      [us + 2e6, 5],
      [us, null],
    ];
    deepEqual(chartShape(['minute_us', 'opened'], rows), {
      kind: 'line',
      x: [us, us + 2e6],
      series: [{ name: 'opened', values: [null, 5] }],
    });
  });

  it('reads times as text', () => {
    const rows: Row[] = [
      ['2026-11-26 14:05:00', 1],
      ['2026-11-26 14:06:00', 2],
    ];
    equal(chartShape(['when', 'n'], rows)?.kind, 'line');
  });

  it('is bars by text; numbers that name something are not drawn', () => {
    const rows: Row[] = [
      ['java', 42, 3],
      ['nginx', 43, 9],
    ];
    deepEqual(chartShape(['comm', 'pid', 'connections'], rows), {
      kind: 'bar',
      x: ['java', 'nginx'],
      series: [{ name: 'connections', values: [3, 9] }],
    });
  });

  it('is none without numbers, or of one row', () => {
    equal(
      chartShape(
        ['a', 'b'],
        [
          ['x', 'y'],
          ['z', 'w'],
        ],
      ),
      undefined,
    );
    equal(chartShape(['a', 'b'], [['x', 1]]), undefined);
  });

  it('has round numbers at its side', () => {
    deepEqual(niceTicks(9, 4), [0, 5, 10]);
    deepEqual(niceTicks(0.7, 4), [0, 0.2, 0.4, 0.6, 0.8]);
    deepEqual(niceTicks(0, 4), [0]);
  });
});

describe('an answer of SQL as text', () => {
  it('is CSV as RFC 4180 has it', () => {
    equal(
      csvText(
        ['a', 'b'],
        [
          ['x,"y"', null],
          ['line\nfeed', 1],
          ['=HYPERLINK(1)', -1],
        ],
      ),
      // As the commands write it: a record is a line, and a spreadsheet computes nothing.
      `a,b\r\n"x,""y""",\r\nline\\x0afeed,1\r\n'=HYPERLINK(1),-1\r\n`,
    );
  });

  it('has columns as wide as their longest value, within bounds', () => {
    deepEqual(columnWidths(['id', 'comm'], [[1, 'x'.repeat(99)]]), [4, 60]);
  });
});

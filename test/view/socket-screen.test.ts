import { deepEqual, equal, match } from 'node:assert/strict';
import type { TcpState } from '../../src/model/tcp-state.js';
import { inked, noInk } from '../../src/view/ink.js';
import { fitOf, type ScreenRow, type SocketScreen, screenLines } from '../../src/view/socket-screen.js';

function rowOf(state: TcpState, more: Partial<ScreenRow> & { inferred?: true } = {}): ScreenRow {
  return {
    socket: {
      row: {
        state,
        tuple: { family: 4, localAddr: '10.0.0.1', localPort: 40_001, remoteAddr: '10.0.0.2', remotePort: 9_200 },
      },
      owners: [{ pid: 42, fd: 3, comm: 'java' }],
      history: { connectionId: 1, ageUs: 2_500_000, mark: more.inferred && 'inferred', sampledUs: undefined },
    },
    mark: more.mark,
  };
}

function screenOf(rows: readonly ScreenRow[], more: Partial<SocketScreen> = {}): SocketScreen {
  return {
    title: 'sstory replay',
    progress: 0.5,
    counts: new Map([
      ['ESTAB', 2],
      ['SYN-SENT', 1],
    ]),
    warning: undefined,
    rows,
    firstRow: 0,
    rowCount: rows.length,
    recent: ['one', 'two'],
    help: undefined,
    footer: '? help',
    ...more,
  };
}

describe('the screen of a live table', () => {
  const size = { width: 120, height: 20 };
  const rows = [
    rowOf('ESTAB', { mark: 'changed' }),
    rowOf('SYN-SENT', { mark: 'new' }),
    rowOf('TIME-WAIT', { inferred: true }),
    rowOf('UNCONN', { mark: 'gone' }),
  ];

  it('is as high as the terminal and no wider, whatever the size', () => {
    for (const width of [1, 10, 40, 79, 200]) {
      for (const height of [1, 2, 5, 15, 16, 24, 70]) {
        const lines = screenLines(screenOf(rows), { width, height }, noInk, []);
        equal(lines.length, height, `${width}x${height}`);
        deepEqual(
          lines.filter((line) => line.length > width),
          [],
          `${width}x${height}`,
        );
      }
    }
  });

  it("has ss's columns, with a sign for each change and for what is not certain", () => {
    const lines = screenLines(screenOf(rows), size, noInk, []);
    equal(lines[0]?.length, 120);
    match(lines[0] ?? '', /^sstory replay \[#{52}\.{52}\]$/);
    equal(lines[1], 'ESTAB 2  SYN-SENT 1');
    match(lines[2] ?? '', /^ {2}State +Recv-Q Send-Q +Local Address:Port +Peer Address:Port +Process$/);
    match(
      lines[3] ?? '',
      /^\* ESTAB {5}- +- +10\.0\.0\.1:40001 +10\.0\.0\.2:9200 +users:\(\("java",pid=42,fd=3\)\) age:2\.5s$/,
    );
    match(lines[4] ?? '', /^\+ SYN-SENT /);
    match(lines[5] ?? '', /^ ~TIME-WAIT .* ~inferred$/);
    match(lines[6] ?? '', /^- UNCONN /);
    deepEqual(lines.slice(-6), ['-'.repeat(120), 'one', 'two', '', '', '? help']);
  });

  it('says what is wrong first, and which part is shown', () => {
    const screen = screenOf(rows, { warning: 'GAP: 3 events lost', firstRow: 4, rowCount: 90 });
    equal(screenLines(screen, size, noInk, [])[1], 'GAP: 3 events lost  rows 5-8 of 90  ESTAB 2  SYN-SENT 1');
  });

  it('keeps its columns where they were', () => {
    const widest: number[] = [];
    const [, , header] = screenLines(screenOf(rows), size, noInk, widest);
    const [, , later] = screenLines(screenOf([rowOf('ESTAB')]), size, noInk, widest);
    equal(later, header);
  });

  it('colours states and nothing without ink', () => {
    const lines = screenLines(screenOf(rows), size, inked, []);
    equal(lines[3]?.includes('\x1b[32mESTAB\x1b[0m'), true);
    equal(lines[4]?.includes('\x1b[1;33mSYN-SENT\x1b[0m'), true);
    equal(screenLines(screenOf(rows), size, noInk, []).join('').includes('\x1b'), false);
  });

  it('shows help in place of sockets, and has room for at least three', () => {
    const lines = screenLines(screenOf(rows, { help: ['space stops'] }), size, noInk, []);
    deepEqual(lines.slice(2, 5), ['', 'space stops', '']);
    deepEqual(fitOf({ width: 80, height: 24 }), { rows: 15, recent: 4 });
    deepEqual(fitOf({ width: 80, height: 5 }), { rows: 3, recent: 0 });
  });
});

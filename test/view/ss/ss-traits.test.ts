/** The same two sockets as the releases of ss print them: every line here was printed by that ss, of a dump of them. */
import { equal } from 'node:assert/strict';
import type { KnownRow, ShownOwner } from '../../../src/view/ss/shown-socket.js';
import { type SsVersion, traitsOf } from '../../../src/view/ss/ss-traits.js';
import { type TableOptions, tableText } from '../../../src/view/ss/table-text.js';

const tuple = { family: 4, localAddr: '127.0.0.1', localPort: 80, remoteAddr: '127.0.0.2', remotePort: 9090 } as const;
const ROWS: readonly KnownRow[] = [
  {
    state: 'ESTAB',
    tuple,
    recvQ: 0,
    sendQ: 0,
    timer: { kind: 'delack', expiresMs: 40, retransmits: 0 },
    info: { options: 64 + 1, reordering: 0, sndWnd: 1_000, rcvWnd: 2_000, rehash: 3 },
  },
  { state: 'LISTEN', tuple, recvQ: 0, sendQ: 0, timer: { kind: 'on', expiresMs: 1_332, retransmits: 2 } },
];
const PLAIN: Omit<TableOptions, 'ss'> = {
  names: { port: () => undefined, host: () => undefined, interface: () => undefined },
  header: true,
  showState: true,
  showQueues: true,
  processes: false,
  memory: false,
  info: false,
  tos: false,
  cgroup: false,
  socketOptions: false,
  oneLine: true,
  numeric: true,
  timers: false,
  extended: false,
};

function printed(version: SsVersion | undefined, options: Partial<TableOptions>, owners?: readonly ShownOwner[]) {
  const sockets = ROWS.map((row) => ({ row, owners }));
  return tableText(sockets, { ...PLAIN, ...options, ss: traitsOf(version) })
    .split('\n')
    .slice(0, -1);
}

function looks(version: SsVersion | undefined, options: Partial<TableOptions>, lines: readonly string[]): void {
  equal(printed(version, options).join('|\n'), lines.join('|\n'));
}

const OLD: SsVersion = [6, 1];
const MIDDLE: SsVersion = [6, 15];
const NEW: SsVersion = [7, 3];

describe('the look of ss', () => {
  it('of 6.1: a column Process for all details, 1.332ms, no delack', () => {
    looks(OLD, { timers: true }, [
      'State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess                 ',
      'ESTAB  0      0          127.0.0.1:80      127.0.0.2:9090 timer:(unknown,040ms,0)',
      'LISTEN 0      0          127.0.0.1:80      127.0.0.2:9090 timer:(on,1.332ms,2)   ',
    ]);
  });

  it('of 6.15: details without a name, 1.332sec', () => {
    looks(MIDDLE, { timers: true }, [
      'State  Recv-Q Send-Q Local Address:Port Peer Address:Port                        ',
      'ESTAB  0      0          127.0.0.1:80      127.0.0.2:9090 timer:(unknown,040ms,0)',
      'LISTEN 0      0          127.0.0.1:80      127.0.0.2:9090 timer:(on,1.332sec,2)  ',
    ]);
  });

  it('of 7.3: delack', () => {
    looks(NEW, { timers: true }, [
      'State  Recv-Q Send-Q Local Address:Port Peer Address:Port                       ',
      'ESTAB  0      0          127.0.0.1:80      127.0.0.2:9090 timer:(delack,040ms,0)',
      'LISTEN 0      0          127.0.0.1:80      127.0.0.2:9090 timer:(on,1.332sec,2) ',
    ]);
  });

  it('of 7.3: no spaces behind the last column with a name, but on a terminal', () => {
    looks(MIDDLE, { processes: true }, [
      'State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess',
      'ESTAB  0      0          127.0.0.1:80      127.0.0.2:9090       ',
      'LISTEN 0      0          127.0.0.1:80      127.0.0.2:9090       ',
    ]);
    looks(NEW, { processes: true }, [
      'State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess',
      'ESTAB  0      0          127.0.0.1:80      127.0.0.2:9090',
      'LISTEN 0      0          127.0.0.1:80      127.0.0.2:9090',
    ]);
    const terminal = { processes: true, screenWidth: 80 };
    equal(printed(NEW, terminal).join('\n'), printed(MIDDLE, terminal).join('\n'));
  });

  it('of 6.15: usec_ts, rcv_wnd, rehash', () => {
    const info = { info: true, timers: true };
    equal(printed(OLD, info)[1]?.split(') ')[1], 'ts reordering:0 snd_wnd:1000');
    equal(printed(MIDDLE, info)[1]?.split(') ')[1], 'ts usec_ts reordering:0 snd_wnd:1000 rcv_wnd:2000 rehash:3');
  });

  it('of 6.15: owners in a column of their own', () => {
    const owners = [{ pid: 7, fd: 3, comm: 'web' }];
    const ends = printed(MIDDLE, { processes: true, timers: true }, owners).map((line) => line.split('9090')[1]);
    equal(ends[1], ' users:(("web",pid=7,fd=3)) timer:(unknown,040ms,0)');
    equal(printed(OLD, { processes: true, timers: true }, owners)[1]?.split('9090')[1], ends[1]);
    equal(printed(MIDDLE, { processes: true }, owners)[0]?.split('Port').at(-1), 'Process                    ');
  });

  it('without an ss is that of the newest one', () => {
    equal(printed(undefined, { timers: true }).join('\n'), printed(NEW, { timers: true }).join('\n'));
  });

  it('has no queues with -Q', () => {
    looks(NEW, { showQueues: false }, [
      'State  Local Address:Port Peer Address:Port',
      'ESTAB      127.0.0.1:80      127.0.0.2:9090',
      'LISTEN     127.0.0.1:80      127.0.0.2:9090',
    ]);
  });

  it('has columns that are aligned by the cells of a terminal', () => {
    const owners = (comm: string) => [{ pid: 7, fd: 3, comm }];
    const sockets = ROWS.map((row, index) => ({ row, owners: owners(['日本', 'abcdef'][index] ?? '') }));
    const options = { ...PLAIN, processes: true, timers: true, ss: traitsOf(MIDDLE) };
    const [, wide = '', narrow = ''] = tableText(sockets, options).split('\n');
    equal(wide.indexOf('timer'), narrow.indexOf('timer') - 2, 'four cells are two characters, and two spaces follow');
  });
});

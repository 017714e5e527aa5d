import { deepEqual, equal, notEqual, throws } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { endpoint } from '../../src/model/four-tuple.js';
import { type DiagRow, decodeDiagDump } from '../../src/snapshot/diag-row.js';
import { dumpSockets } from '../../src/snapshot/dump.js';
import type { Netns } from '../lab/netns.js';
import { atLeast } from '../lab/number-assertions.js';
import { requireRoot } from '../lab/privileges.js';
import { Stage } from '../lab/stage.js';
import { until } from '../lab/until.js';
import { Tableau } from './tableau.js';

const [SYN_RECV, LISTEN, NEW_SYN_RECV] = [3, 10, 12];

/** What both ss and a row show of a socket, in one line. */
function textOf(row: DiagRow): string {
  const { tuple, timer, info } = row;
  const words = [
    `sk:${row.cookie.toString(16)}`,
    row.state,
    row.recvQ,
    row.sendQ,
    endpoint(tuple.localAddr, tuple.localPort),
    endpoint(tuple.remoteAddr, tuple.remotePort),
    `ino:${row.inode}`,
    `timer:${timer.kind},${timer.retransmits}`,
  ];
  if (row.congestion !== undefined) words.push(row.congestion);
  if (row.v6only !== undefined) words.push(`v6only:${Number(row.v6only)}`);
  if (info !== undefined) words.push(`cwnd:${info.sndCwnd}`);
  if (info !== undefined && row.state !== 'LISTEN') words.push(`rto:${info.rtoUs / 1000}`, `mss:${info.sndMss}`);
  if (info?.rttUs) words.push(`rtt:${info.rttUs / 1000}/${info.rttvarUs / 1000}`);
  if (info?.bytesAcked) words.push(`bytes_acked:${info.bytesAcked}`);
  if (info?.bytesReceived) words.push(`bytes_received:${info.bytesReceived}`);
  const { memory } = row;
  if (memory !== undefined)
    words.push(`skmem:(r${memory.rmemAlloc},rb${memory.rcvbuf},t${memory.wmemAlloc},tb${memory.sndbuf}`);
  return words.join(' ');
}

/** The same of a line of `ss -tanoeimH -O`. */
function textOfLine(line: string): string {
  const [state = '', recvQ, sendQ, local = '', peer = ''] = line.split(/\s+/);
  const part = (pattern: RegExp) => pattern.exec(line)?.[0];
  const [, kind = 'off', retransmits = '0'] = /timer:\((\w+),[^,]*,(\d+)\)/.exec(line) ?? [];
  const words = [
    part(/\bsk:\w+/),
    state,
    recvQ,
    sendQ,
    whole(local),
    whole(peer),
    part(/\bino:\d+/) ?? 'ino:0',
    `timer:${kind},${retransmits}`,
    part(/\b(cubic|reno|bbr|dctcp|vegas)\b/),
    part(/\bv6only:\d/),
    part(/\bcwnd:\d+/),
    state === 'LISTEN' ? undefined : part(/\brto:[\d.]+/),
    state === 'LISTEN' ? undefined : part(/\bmss:\d+/),
    part(/\brtt:[\d./]+/),
    part(/\bbytes_acked:\d+/),
    part(/\bbytes_received:\d+/),
    part(/\bskmem:\(r\d+,rb\d+,t\d+,tb\d+/),
  ];
  return words.filter((word) => word !== undefined).join(' ');
}

/** `*:*` is `[::]:0`. */
function whole(text: string): string {
  const at = text.lastIndexOf(':');
  const address = text.slice(0, at) === '*' ? '[::]' : text.slice(0, at);
  return `${address}:${text.slice(at + 1).replace('*', '0')}`;
}

describe('sock_diag rows of sockets in every state', () => {
  const stage = new Stage();
  let netns: Netns;

  before(async function () {
    requireRoot(this);
    netns = await stage.netns();
    await new Tableau(netns, await stage.actor('left', netns), await stage.actor('right', netns)).arrange();
  });
  after(() => stage[Symbol.asyncDispose]());

  const dump = (options = {}) => dumpSockets({ netnsPath: netns.path, netns: netns.inode, ...options });
  const cookies = (rows: readonly DiagRow[]) => rows.map((row) => row.cookie).sort((a, b) => a - b);

  it('show what ss shows', async () => {
    let both: [string[], string[]] = [[], []];
    const same = async () => {
      const lines = await netns.run('ss', '-tanoeimH', '-O');
      both = [dump().map(textOf).sort(), lines.split('\n').map(textOfLine).sort()];
      return both[0].join('\n') === both[1].join('\n');
    };
    // Timers run between the two dumps.
    await until('the same rows', same).catch(() => deepEqual(...both));
    atLeast(both[0].length, 24, 'rows');
  });

  it('show unread and unacknowledged data', () => {
    const established = dump().filter((row) => row.state === 'ESTAB');
    equal(established.filter((row) => row.recvQ === 1_234).length, 1);
    equal(established.filter((row) => row.sendQ === 4_321 && row.timer.kind === 'on').length, 1);
  });

  it('show an IPv4 client of an IPv6 listener as v4-mapped', () => {
    const mapped = dump().filter((row) => row.tuple.localAddr === '::ffff:127.0.0.1');
    deepEqual(
      mapped.map((row) => [row.tuple.family, row.tuple.remoteAddr]),
      [[6, '::ffff:127.0.0.1']],
    );
  });

  it('include the half-open request, which no process holds', () => {
    const [request] = dump().filter((row) => row.state === 'SYN-RECV');
    equal(request?.inode, 0);
    notEqual(request?.cookie, 0);
  });
  it('include the half-open request where either of its states is asked for', () => {
    for (const state of [SYN_RECV, NEW_SYN_RECV]) equal(dump({ states: 1 << state }).length, 1, `state ${state}`);
  });
  it('are only of the states asked for', () => {
    const listeners = dump({ states: 1 << LISTEN });
    atLeast(listeners.length, 8, 'listeners');
    deepEqual(new Set(listeners.map((row) => row.state)), new Set(['LISTEN']));
  });
  it('are only of the family asked for', () => {
    deepEqual(new Set(dump({ families: [4] }).map((row) => row.tuple.family)), new Set([4]));
    deepEqual(cookies([...dump({ families: [6] }), ...dump({ families: [4] })]), cookies(dump()));
  });
  it('are the same, in the same order, by one walk over the table as by one for each family', () => {
    const rows = (eachFamily: boolean) => dump({ eachFamily }).map((row) => [row.cookie, row.tuple, row.state]);
    deepEqual(rows(false), rows(true));
  });
  it('carry only the extensions asked for', () => {
    const rows = dump({ extensions: 0 });
    atLeast(rows.length, 1, 'rows');
    deepEqual(
      rows.filter((row) => row.info !== undefined || row.memory !== undefined),
      [],
    );
  });
  it('keep their cookies from dump to dump', () => deepEqual(cookies(dump()), cookies(dump())));

  it('are not of another namespace', () => {
    const here = new Set(dumpSockets().map((row) => row.inode));
    deepEqual(
      dump().filter((row) => row.inode !== 0 && here.has(row.inode)),
      [],
    );
  });
  it('are refused where the namespace has been replaced', () => {
    throws(() => dumpSockets({ netnsPath: netns.path, netns: 1 }), /cannot be entered/);
  });

  it('are in a file of ss -D, of both families', async () => {
    const file = join(await stage.directory(), 'dump');
    await netns.run('ss', '-tan', '-D', file);
    deepEqual(cookies(decodeDiagDump(readFileSync(file))), cookies(dump()));
  });
});

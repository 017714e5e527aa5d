/** A connection as a message of proto/sstory.proto, and back. */

import { CLOSE_REASONS, type Connection, ORIGINS } from '../model/connection.js';
import { SOURCES, type Source, type Step } from '../model/step.js';
import { codeOfState } from '../model/tcp-state.js';
import { address, knownState, listed, port, whole, wholeIfSet } from './checked-value.js';
import type { sstory } from './schema.js';

const SOURCE_CODES: Readonly<Record<Source, number>> = { probe: 1, snapshot: 2, timer: 3 };
/** Index = the code in the file. */
const SOURCE_OF_CODE: readonly (Source | undefined)[] = [undefined, ...SOURCES];

export function connectionMessage(c: Connection): sstory.Connection.$Properties {
  const { tuple, openedUs } = c;
  const steps = c.packed?.steps(openedUs) ?? c.steps;
  return {
    id: c.id,
    netns: c.netns,
    family: tuple.family,
    localAddr: tuple.localAddr,
    localPort: tuple.localPort,
    remoteAddr: tuple.remoteAddr,
    remotePort: tuple.remotePort,
    state: codeOfState(c.state),
    openedUs,
    openedNotBeforeUs: c.openedNotBeforeUs ?? null,
    openedSource: SOURCE_CODES[c.openedSource],
    closedUs: c.closedUs ?? null,
    closedNotBeforeUs: c.closedNotBeforeUs ?? null,
    closedSource: c.closedSource === undefined ? null : SOURCE_CODES[c.closedSource],
    origin: ORIGINS.indexOf(c.origin),
    closeReason: c.closeReason === undefined ? null : CLOSE_REASONS.indexOf(c.closeReason),
    pid: c.pid ?? null,
    tid: c.tid === c.pid ? null : (c.tid ?? null),
    comm: c.comm ?? null,
    fd: c.fd ?? null,
    uid: c.uid ?? null,
    inode: c.inode ?? null,
    cookie: c.cookie ?? null,
    cgroupId: c.cgroup ?? null,
    bytesSent: c.bytesSent ?? null,
    bytesReceived: c.bytesReceived ?? null,
    retransmits: c.retransmits,
    rttUs: c.rttUs ?? null,
    transitions: steps.map((step) => transitionMessage(step, openedUs)),
  };
}

function transitionMessage(
  { atUs, notBeforeUs, source, oldState, newState }: Step,
  openedUs: number,
): sstory.Transition.$Properties {
  return {
    afterUs: atUs - openedUs,
    oldState: codeOfState(oldState),
    newState: codeOfState(newState),
    source: SOURCE_CODES[source],
    notBeforeUs: notBeforeUs ?? null,
  };
}

/** @throws Error naming the field that no sstory writes like that */
export function connectionOf(m: sstory.Connection): Connection {
  const family = m.family === 6 ? 6 : 4;
  if (m.family !== family) throw new Error(`the family is ${m.family}`);
  const openedUs = whole('opened_us', m.openedUs, 0);
  const pid = wholeIfSet('pid', m.pid);
  return {
    id: whole('the id of a connection', m.id, 1),
    netns: whole('netns', m.netns),
    tuple: {
      family,
      localAddr: address('local_addr', m.localAddr, family),
      localPort: port('local_port', m.localPort),
      remoteAddr: address('remote_addr', m.remoteAddr, family),
      remotePort: port('remote_port', m.remotePort),
    },
    state: knownState('the state', m.state),
    openedUs,
    openedNotBeforeUs: wholeIfSet('opened_not_before_us', m.openedNotBeforeUs),
    openedSource: sourceOf(m.openedSource),
    closedUs: wholeIfSet('closed_us', m.closedUs),
    closedNotBeforeUs: wholeIfSet('closed_not_before_us', m.closedNotBeforeUs),
    closedSource: typeof m.closedSource === 'number' ? sourceOf(m.closedSource) : undefined,
    origin: listed('the origin', ORIGINS, m.origin),
    closeReason:
      typeof m.closeReason === 'number' ? listed('the close_reason', CLOSE_REASONS, m.closeReason) : undefined,
    pid,
    tid: wholeIfSet('tid', m.tid) ?? pid,
    comm: m.comm ?? undefined,
    fd: wholeIfSet('fd', m.fd),
    uid: wholeIfSet('uid', m.uid),
    inode: wholeIfSet('inode', m.inode),
    cookie: wholeIfSet('cookie', m.cookie),
    cgroup: wholeIfSet('cgroup_id', m.cgroupId),
    bytesSent: wholeIfSet('bytes_sent', m.bytesSent),
    bytesReceived: wholeIfSet('bytes_received', m.bytesReceived),
    retransmits: whole('retransmits', m.retransmits),
    rttUs: wholeIfSet('rtt_us', m.rttUs),
    steps: m.transitions.map((transition) => stepOf(transition, openedUs)),
  };
}

function stepOf(t: sstory.Transition.$Shape, openedUs: number): Step {
  return {
    atUs: whole('after_us', openedUs + whole('after_us', t.afterUs ?? 0)),
    notBeforeUs: wholeIfSet('not_before_us', t.notBeforeUs),
    oldState: knownState('old_state', t.oldState ?? 0),
    newState: knownState('new_state', t.newState ?? 0),
    source: sourceOf(t.source ?? 0),
  };
}

function sourceOf(code: number): Source {
  return listed('the source', SOURCE_OF_CODE, code) ?? 'snapshot';
}

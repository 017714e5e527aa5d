/** A connection as a message of proto/sstory.proto, and back. */

import type { Connection } from '../model/connection.js';
import type { Step } from '../model/step.js';
import {
  closeReasonOfCode,
  codeOfCloseReason,
  codeOfOrigin,
  fileCodeOfSource,
  originOfCode,
  type Source,
  sourceOfFileCode,
} from '../model/stored-codes.js';
import { codeOfState, stateOfCode } from '../model/tcp-state.js';
import { address, known, port, whole, wholeIfSet } from './checked-value.js';
import type { sstory } from './schema.js';

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
    openedSource: fileCodeOfSource(c.openedSource),
    closedUs: c.closedUs ?? null,
    closedNotBeforeUs: c.closedNotBeforeUs ?? null,
    closedSource: c.closedSource === undefined ? null : fileCodeOfSource(c.closedSource),
    origin: codeOfOrigin(c.origin),
    closeReason: c.closeReason === undefined ? null : codeOfCloseReason(c.closeReason),
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
    source: fileCodeOfSource(source),
    notBeforeUs: notBeforeUs ?? null,
  };
}

/** @throws Error that names the invalid field */
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
    state: known('the state', stateOfCode(m.state), m.state),
    openedUs,
    openedNotBeforeUs: wholeIfSet('opened_not_before_us', m.openedNotBeforeUs),
    openedSource: sourceOf(m.openedSource),
    closedUs: wholeIfSet('closed_us', m.closedUs),
    closedNotBeforeUs: wholeIfSet('closed_not_before_us', m.closedNotBeforeUs),
    closedSource: typeof m.closedSource === 'number' ? sourceOf(m.closedSource) : undefined,
    origin: known('the origin', originOfCode(m.origin), m.origin),
    closeReason:
      typeof m.closeReason === 'number'
        ? known('the close_reason', closeReasonOfCode(m.closeReason), m.closeReason)
        : undefined,
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
    oldState: known('old_state', stateOfCode(t.oldState ?? 0), t.oldState ?? 0),
    newState: known('new_state', stateOfCode(t.newState ?? 0), t.newState ?? 0),
    source: sourceOf(t.source ?? 0),
  };
}

function sourceOf(code: number): Source {
  return known('the source', sourceOfFileCode(code), code);
}

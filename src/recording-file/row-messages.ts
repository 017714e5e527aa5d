/** Rows of every kind as messages of proto/sstory.proto, and back: one declaration for each kind. */
import { isIP } from 'node:net';
import { type RecordedCgroup, recordedCgroup } from '../model/cgroup.js';
import { EVENT_KINDS } from '../model/connection-event.js';
import { GAP_REASONS, GAP_SCOPES } from '../model/gap.js';
import { type HistoryRows, PRUNE_REASONS, type RowKind, type RowKinds } from '../model/history-rows.js';
import { NAME_ENDS, NAME_SOURCES } from '../model/name.js';
import { type ClockStep, type RecordedRun, RUN_SOURCES } from '../model/run.js';
import { BOUND_MESSAGE, TIMEWAITS_MESSAGE } from './bound-messages.js';
import { idOfConnection, oneOf, whole, wholeIfSet } from './checked-value.js';
import { connectionMessage, connectionOf } from './connection-message.js';
import type { RowMessage } from './row-message.js';
import { sampleMessage, sampleOf } from './sample-message.js';
import { sstory } from './schema.js';

export const ROW_MESSAGES: { readonly [Kind in RowKind]: RowMessage<RowKinds[Kind]> } = {
  run: {
    field: 2,
    encode: (run, writer) => sstory.Run.encode(runMessage(run), writer),
    decode: (block) => block.runs.map((run) => runOf(run as sstory.Run)),
  },
  cgroup: {
    field: 3,
    encode: ({ id, path, container, pod, unit }, writer) =>
      sstory.Cgroup.encode({ id, path, container: container ?? null, pod: pod ?? null, unit: unit ?? null }, writer),
    decode: (block) => block.cgroups.map(cgroupOf),
  },
  connection: {
    field: 4,
    encode: (connection, writer) => sstory.Connection.encode(connectionMessage(connection), writer),
    decode: (block) => block.connections.map((connection) => connectionOf(connection as sstory.Connection)),
  },
  owner: {
    field: 5,
    encode: (owner, writer) =>
      sstory.Owner.encode(
        { ...owner, toUs: owner.toUs ?? null, seenUs: owner.seenUs ?? null, tid: owner.tid ?? null },
        writer,
      ),
    decode: (block) =>
      block.owners.map((owner) => ({
        connectionId: idOfConnection(owner.connectionId),
        pid: whole('pid', owner.pid ?? 0),
        fd: whole('fd', owner.fd ?? 0),
        comm: owner.comm ?? '',
        fromUs: whole('from_us', owner.fromUs ?? 0),
        toUs: wholeIfSet('to_us', owner.toUs),
        seenUs: wholeIfSet('seen_us', owner.seenUs),
        tid: wholeIfSet('tid', owner.tid),
      })),
  },
  event: {
    field: 6,
    encode: ({ id, connectionId, atUs, kind, detail }, writer) =>
      sstory.Event.encode({ id: id ?? null, connectionId: connectionId ?? null, atUs, kind, detail }, writer),
    decode: (block) =>
      block.events.map((event) => ({
        id: wholeIfSet('the id of an event', event.id),
        connectionId: wholeIfSet('connection_id', event.connectionId),
        atUs: whole('at_us', event.atUs ?? 0),
        kind: oneOf('the kind of an event', EVENT_KINDS, event.kind ?? ''),
        detail: event.detail ?? '',
      })),
  },
  sample: {
    field: 7,
    encode: (sample, writer) => sstory.Sample.encode(sampleMessage(sample), writer),
    decode: (block) => block.samples.map((sample) => sampleOf(sample as sstory.Sample)),
  },
  snapshot: {
    field: 8,
    encode: ({ complete, nextUs, owners, ...snapshot }, writer) =>
      sstory.Snapshot.encode(
        {
          ...snapshot,
          complete: complete === false ? false : null,
          nextUs: nextUs ?? null,
          owners: owners === true ? true : null,
        },
        writer,
      ),
    decode: (block) =>
      block.snapshots.map((snapshot) => ({
        atUs: whole('at_us', snapshot.atUs ?? 0),
        netns: whole('netns', snapshot.netns ?? 0),
        sockets: whole('sockets', snapshot.sockets ?? 0),
        tookUs: whole('took_us', snapshot.tookUs ?? 0),
        complete: snapshot.complete ?? true,
        nextUs: wholeIfSet('next_us', snapshot.nextUs),
        owners: snapshot.owners ?? false,
      })),
  },
  gap: {
    field: 9,
    encode: ({ id, fromUs, toUs, cpu, lost, reason, scope }, writer) =>
      sstory.Gap.encode({ id: id ?? null, fromUs, toUs, cpu: cpu ?? null, lost: lost ?? null, reason, scope }, writer),
    decode: (block) =>
      block.gaps.map((gap) => ({
        id: wholeIfSet('the id of a gap', gap.id),
        fromUs: whole('from_us', gap.fromUs ?? 0),
        toUs: whole('to_us', gap.toUs ?? 0),
        cpu: wholeIfSet('cpu', gap.cpu),
        lost: wholeIfSet('lost', gap.lost),
        reason: oneOf('the reason of a gap', GAP_REASONS, gap.reason ?? ''),
        scope: oneOf('the scope of a gap', GAP_SCOPES, gap.scope || 'transitions'),
      })),
  },
  name: {
    field: 10,
    encode: (name, writer) =>
      sstory.Name.encode({ ...name, toUs: name.toUs ?? null, ended: name.ended ?? null }, writer),
    decode: (block) =>
      block.names.map((name) => ({
        name: name.name ?? '',
        address: addressOfName(name.address ?? ''),
        fromUs: whole('from_us', name.fromUs ?? 0),
        toUs: wholeIfSet('to_us', name.toUs),
        source: oneOf('the source of a name', NAME_SOURCES, name.source ?? ''),
        netns: whole('netns', name.netns ?? 0),
        ended: typeof name.ended === 'string' ? oneOf('the end of a name', NAME_ENDS, name.ended) : undefined,
      })),
  },
  pruning: {
    field: 11,
    encode: (pruning, writer) => sstory.Pruning.encode(pruning, writer),
    decode: (block) =>
      block.prunings.map((pruning) => ({
        id: whole('the id of a pruning', pruning.id ?? 0, 1),
        atUs: whole('at_us', pruning.atUs ?? 0),
        throughUs: whole('through_us', pruning.throughUs ?? 0),
        connections: whole('connections', pruning.connections ?? 0),
        reason: oneOf('the reason of a pruning', PRUNE_REASONS, pruning.reason ?? ''),
      })),
  },
  namespace: {
    field: 14,
    encode: ({ netns, fromUs, toUs, netCookie, name }, writer) =>
      sstory.Namespace.encode(
        { netns, fromUs, toUs: toUs ?? null, netCookie: netCookie ?? null, name: name ?? null },
        writer,
      ),
    decode: (block) =>
      block.namespaces.map((namespace) => ({
        netns: whole('netns', namespace.netns ?? 0),
        fromUs: whole('from_us', namespace.fromUs ?? 0),
        toUs: wholeIfSet('to_us', namespace.toUs),
        netCookie: wholeIfSet('net_cookie', namespace.netCookie),
        name: namespace.name ?? undefined,
      })),
  },
  thread: {
    field: 15,
    encode: (thread, writer) =>
      sstory.Thread.encode({ ...thread, toUs: thread.toUs ?? null, seenUs: thread.seenUs ?? null }, writer),
    decode: (block) =>
      block.threads.map((thread) => ({
        pid: whole('pid', thread.pid ?? 0),
        tid: whole('tid', thread.tid ?? 0),
        comm: thread.comm ?? '',
        fromUs: whole('from_us', thread.fromUs ?? 0),
        toUs: wholeIfSet('to_us', thread.toUs),
        seenUs: wholeIfSet('seen_us', thread.seenUs),
        ownFiles: thread.ownFiles ?? false,
      })),
  },
  sockstat: {
    field: 16,
    encode: (counts, writer) => sstory.Sockstat.encode(counts, writer),
    decode: (block) =>
      block.sockstat.map((counts) => ({
        netns: whole('netns', counts.netns ?? 0),
        atUs: whole('at_us', counts.atUs ?? 0),
        used: whole('used', counts.used ?? 0),
        tcpAlloc: whole('tcp_alloc', counts.tcpAlloc ?? 0),
        tcpOrphan: whole('tcp_orphan', counts.tcpOrphan ?? 0),
        udp: whole('udp', counts.udp ?? 0),
        udp6: whole('udp6', counts.udp6 ?? 0),
        raw: whole('raw', counts.raw ?? 0),
        raw6: whole('raw6', counts.raw6 ?? 0),
        frag: whole('frag', counts.frag ?? 0),
        frag6: whole('frag6', counts.frag6 ?? 0),
      })),
  },
  bound: BOUND_MESSAGE,
  timewaits: TIMEWAITS_MESSAGE,
};

/** @throws Error that names the invalid field */
export function rowsOf(block: sstory.Block): HistoryRows {
  return {
    run: ROW_MESSAGES.run.decode(block),
    cgroup: ROW_MESSAGES.cgroup.decode(block),
    connection: ROW_MESSAGES.connection.decode(block),
    owner: ROW_MESSAGES.owner.decode(block),
    event: ROW_MESSAGES.event.decode(block),
    sample: ROW_MESSAGES.sample.decode(block),
    snapshot: ROW_MESSAGES.snapshot.decode(block),
    gap: ROW_MESSAGES.gap.decode(block),
    name: ROW_MESSAGES.name.decode(block),
    pruning: ROW_MESSAGES.pruning.decode(block),
    namespace: ROW_MESSAGES.namespace.decode(block),
    thread: ROW_MESSAGES.thread.decode(block),
    sockstat: ROW_MESSAGES.sockstat.decode(block),
    bound: ROW_MESSAGES.bound.decode(block),
    timewaits: ROW_MESSAGES.timewaits.decode(block),
  };
}

/** A file of format 1.0 has the path only. */
function cgroupOf({ id, path, container, pod, unit }: sstory.Cgroup.$Properties): RecordedCgroup {
  const cgroup = recordedCgroup(whole('the id of a cgroup', id ?? 0), path ?? '');
  return {
    ...cgroup,
    container: container ?? cgroup.container,
    pod: pod ?? cgroup.pod,
    unit: unit ?? cgroup.unit,
  };
}

function runMessage(run: RecordedRun): sstory.Run.$Properties {
  return {
    ...run,
    bpftrace: run.bpftrace ?? null,
    transport: run.transport ?? null,
    endedUs: run.endedUs ?? null,
    end: run.end ?? null,
    initialNetns: run.initialNetns ?? null,
    behindUs: run.behindUs ?? null,
    backlogBytes: run.backlogBytes ?? null,
    clockSteps: [...run.clockSteps],
  };
}

function runOf(run: sstory.Run): RecordedRun {
  return {
    id: whole('the id of a run', run.id, 1),
    host: run.host,
    bootId: run.bootId,
    kernel: run.kernel,
    sstory: run.sstory,
    bpftrace: run.bpftrace ?? undefined,
    source: oneOf('the source of a run', RUN_SOURCES, run.source),
    transport: run.transport ?? undefined,
    intervalUs: whole('interval_us', run.intervalUs),
    pid: whole('pid', run.pid),
    startedUs: whole('started_us', run.startedUs),
    lastUs: whole('last_us', run.lastUs),
    endedUs: wholeIfSet('ended_us', run.endedUs),
    end: run.end ?? undefined,
    clockOffsetUs: whole('clock_offset_us', run.clockOffsetUs),
    clockSteps: run.clockSteps.map(clockStepOf),
    notes: run.notes,
    initialNetns: wholeIfSet('initial_netns', run.initialNetns),
    behindUs: wholeIfSet('behind_us', run.behindUs),
    backlogBytes: wholeIfSet('backlog_bytes', run.backlogBytes),
  };
}

/** @throws Error that names the invalid field */
export function clockStepOf(step: sstory.ClockStep.$Shape): ClockStep {
  return { atUs: whole('at_us', step.atUs ?? 0), stepUs: whole('step_us', step.stepUs ?? 0) };
}

function addressOfName(text: string): string {
  if (isIP(text) === 0) throw new Error('the address of a name is invalid');
  return text;
}

import { SAMPLE_COLUMNS, SETTING_COLUMNS } from '../../model/sample.js';
import { AGO, VALIDITY } from '../../model/sample-columns.js';
import { type ColumnNote, type TableNotes, us } from './table-note.js';

const CONNECTION_ID: ColumnNote = { meaning: 'the connection', source: '`connections.id`' };

/** Notes of the tables about connections. */
export const CONNECTION_NOTES: TableNotes = {
  connections: {
    text: `One row per life of a socket: from the moment it leaves UNCONN (or is first seen) until ss no longer shows it,
TIME-WAIT included. The two ends of a connection within one host are two rows, and so are two connects of one socket.`,
    columns: {
      id: { meaning: 'identifies the connection in this file', source: 'a counter' },
      netns: { meaning: 'inode number of the network namespace (`readlink /proc/PID/ns/net`)', source: '`sk_net`' },
      family: { meaning: "4 or 6, the socket's: a v4-mapped address is 6", source: '`skc_family`' },
      local_addr: {
        meaning: 'address; `0.0.0.0` or `::` for a listener on all addresses',
        source: '`skc_rcv_saddr`, `skc_v6_rcv_saddr`',
      },
      local_port: { meaning: '0: none, or not known yet', source: '`skc_num`' },
      remote_addr: { meaning: 'address; `0.0.0.0` or `::` for a listener', source: '`skc_daddr`, `skc_v6_daddr`' },
      remote_port: { meaning: '0: none', source: '`skc_dport`' },
      state: { meaning: 'the last known state, as ss prints it', source: 'the last of its transitions' },
      opened_us: us('when it left UNCONN, or was first seen', 'the first of its transitions'),
      closed_us: {
        ...us('when ss stopped showing it, TIME-WAIT included; NULL while open', 'its transition to UNCONN'),
        type: 'INTEGER',
      },
      origin: {
        type: 'TEXT',
        meaning:
          '`connect`, `accept`, `listen`, `before-recording` (it existed before the first run), `unknown` (its opening was lost)',
        source: 'its first transition',
      },
      close_reason: {
        type: 'TEXT',
        meaning:
          '`orderly`, `reset by peer`, `refused`, `timed out`, `unreachable`, `aborted` (on this host: SO_LINGER 0, unread data, a connect given up), `destroyed` (SOCK_DESTROY, `ss -K`), `failed` (connect(2) failed at once; `events` has the errno), `unknown`; NULL while open',
        source: '`sk_err` and the last state',
      },
      pid: {
        meaning: 'process that connected, accepted or listened; stays known in TIME-WAIT',
        source: 'connect(2), accept(2), listen(2), or /proc',
      },
      comm: { meaning: 'name of that process', source: 'as `pid`' },
      uid: { meaning: 'user id of the socket', source: '`sk_uid`' },
      inode: {
        meaning: "inode of the socket's file: `/proc/PID/fd/FD` links to `socket:[inode]`",
        source: '`sk_socket`, `idiag_inode`',
      },
      cookie: {
        meaning:
          'what `ss -e` shows as `sk:` (in hexadecimal); NULL if no snapshot found the socket before its TIME-WAIT',
        source: '`sk_cookie`',
      },
      cgroup: { meaning: "path of the owner's cgroup (v2)", source: '`sk_cgrp_data`' },
      bytes_sent: {
        unit: 'bytes',
        meaning: 'payload sent, retransmissions included',
        source: '`tcp_sock.bytes_sent` at the end, `tcpi_bytes_sent` while open',
      },
      bytes_received: {
        unit: 'bytes',
        meaning: "payload received, without the peer's FIN, which the kernel counts as one more byte",
        source: '`tcp_sock.bytes_received`, `tcpi_bytes_received`, less one after a FIN',
      },
      retransmits: {
        unit: 'segments',
        meaning: 'segments retransmitted, SYNs included',
        source: '`tcp_retransmit_skb`, `tcp_sock.total_retrans`',
      },
      opened_source: {
        type: 'TEXT',
        meaning: 'how `opened_us` is known: `probe`, `snapshot`, `timer`',
        source: 'the first of its transitions',
      },
      closed_source: {
        type: 'TEXT',
        meaning: 'how `closed_us` is known: `probe`, `snapshot`, `timer`',
        source: 'its transition to UNCONN',
      },
      opened_not_before_us: us(
        'NULL: observed; otherwise the earliest possible time of the opening, see above',
        'the snapshot before',
      ),
      closed_not_before_us: {
        ...us('NULL: observed; otherwise the earliest possible time of the end, see above', 'the snapshot before'),
        type: 'INTEGER',
      },
      tid: { meaning: 'thread of `pid` that opened it, if it is another one', source: 'as `pid`' },
      fd: { meaning: 'file descriptor with which `pid` opened it', source: 'as `pid`' },
      rtt_us: us('the last known smoothed round-trip time', '`srtt_us`, `tcpi_rtt`'),
      cgroup_id: {
        meaning: 'id of the cgroup, also if its path could no longer be found',
        source: '`sk_cgrp_data`, `INET_DIAG_CGROUP_ID`',
      },
      netns_name: {
        type: 'TEXT',
        meaning:
          'name of the network namespace for `ip netns`: the last one while the connection existed; NULL: it had none',
        source: '`namespaces`',
      },
      container: {
        meaning:
          'id of the container (Docker, containerd, cri-o, podman), or its name (LXC, systemd-nspawn); the innermost',
        source: '`cgroup`',
      },
      pod: {
        meaning: 'UID of the Kubernetes pod, as the API server has it; id of the pod of podman',
        source: '`cgroup`',
      },
      unit: {
        meaning: 'unit of systemd, as `systemctl status PID` shows it; of a process of a user manager, its user unit',
        source: '`cgroup`',
      },
    },
  },
  connections_by_port: {
    text: `One row per connection, quick to find by its ports: \`remote_port\` first, \`local_port\` beside it. Join it with \`connections\`, whose own
columns of that name have no index. Only in databases of schema version 4 and later.`,
    columns: {
      remote_port: { meaning: '0: none', source: '`connections.remote_port`' },
      local_port: { meaning: '0: none, or not known yet', source: '`connections.local_port`' },
      opened_us: us('when it was opened', '`connections.opened_us`'),
      connection_id: CONNECTION_ID,
    },
  },
  transitions: {
    text: 'One row per state change.',
    columns: {
      connection_id: CONNECTION_ID,
      at_us: {
        type: 'INTEGER',
        ...us('when it happened; if inferred, the latest possible time', '`inet_sock_set_state`, snapshots'),
      },
      not_before_us: {
        type: 'INTEGER',
        ...us('if inferred, the earliest possible time, 0 without a bound; NULL if observed', 'the snapshot before'),
      },
      old_state: { type: 'TEXT', meaning: 'as ss prints it', source: '`oldstate` of the tracepoint, or inferred' },
      new_state: { type: 'TEXT', meaning: 'as ss prints it', source: '`newstate` of the tracepoint, or inferred' },
      source: { type: 'TEXT', meaning: '`probe`, `snapshot`, `timer`', source: 'the source that reported it' },
    },
    more: `The transitions of one connection come in their order: \`WHERE connection_id = N\`. If the opening of a socket was not
seen, its first transition is an inferred one from UNCONN to the state in which it was found.`,
  },
  owners: {
    text: `The processes that held a socket: its opener, and the others that a snapshot found (after fork or exec, or with a passed
descriptor). After exec(2) and where a process changes its name, a row with the new name follows the one with the old name. A socket
that no process holds any more (in TIME-WAIT, say) keeps its last owner until it ends.`,
    columns: {
      connection_id: CONNECTION_ID,
      pid: { meaning: 'the process', source: 'as `connections.pid`; others: /proc/PID/fd' },
      comm: { meaning: 'its name', source: 'as `pid`' },
      fd: { meaning: 'its file descriptor', source: 'as `pid`' },
      from_us: us(
        'opener: when it was opened; others: when they were forked or changed their name, or were first seen to hold it',
        '`opened_us`, `task_newtask`, `sched_process_exec`, snapshots',
      ),
      to_us: {
        ...us(
          'when it was first seen not to hold it, or when the connection ended; NULL while it holds it',
          '`closed_us`, snapshots',
        ),
        type: 'INTEGER',
      },
      seen_us: {
        ...us(
          'when it was last seen to hold it: it ceased to between then and `to_us`. NULL: until the connection ended or was closed',
          'the last search of all processes (`snapshots.owners`), or `from_us`',
        ),
        type: 'INTEGER',
      },
      tid: {
        meaning: 'the thread, where it has a descriptor table of its own (unshare(2)); NULL: all threads share one',
        source: '/proc/PID/task/TID/fd',
        type: 'INTEGER',
      },
      inferred: {
        meaning:
          '1: it was not seen to hold it. It is the owner of the listener, for a connection that was accepted and closed before a snapshot, by io_uring or a 32-bit system call',
        source: 'the listener',
        type: 'INTEGER',
      },
    },
  },
  events: {
    text: 'What happened to a connection without changing its state.',
    columns: {
      id: { meaning: 'identifies the event in this file', source: 'a counter' },
      connection_id: {
        meaning:
          'NULL if no connection of this host has the four-tuple (a reset for a closed port), or several have it and the kernel does not say which (an error)',
        source: '`connections.id`',
      },
      at_us: us('when it happened', 'the tracepoint'),
      kind: {
        meaning: '`retransmit`, `reset`, `error`, `connect` (one that failed)',
        source:
          '`tcp_retransmit_skb`, `tcp_retransmit_synack`, `tcp_send_reset`, `tcp_receive_reset`, `inet_sk_error_report`, connect(2)',
      },
      detail: {
        meaning:
          '`SYN`, `SYN-ACK`, `data`; `sent REASON` or `received`; the name of an errno, with ` ICMP` where only SO_ERROR returned it; with the four-tuple if `connection_id` is NULL',
        source: 'as `kind`',
      },
    },
  },
  samples: {
    text: `What a snapshot knows of one socket. A sample is stored when a queue, the timer, a retransmission count or the state differs from
the last one stored; if that goes on, after one second, two, four, up to the interval at which traffic and estimates are sampled. That
is ten seconds, and longer where more than 420 sockets have traffic ([store.md](store.md)). The last sample of a socket is how it was
left. Sockets in TIME-WAIT have none. A FIN-WAIT-2 that no process holds has the timer \`timewait\`. NULL: the kernel did not report it,
or the recording is of an earlier version.`,
    columns: sampleNotes(),
  },
};

function sampleNotes(): Record<string, ColumnNote> {
  const notes: Record<string, ColumnNote> = {
    skmem: {
      type: 'TEXT',
      unit: 'bytes',
      meaning: 'socket memory as `ss -m` writes it',
      source: '`INET_DIAG_SKMEMINFO`',
    },
    changed_us: {
      type: 'INTEGER',
      unit: 'us',
      meaning:
        'when a snapshot of the run first found other values than those of the sample before; of its first sample the same as `at_us`',
      source: 'the recorder',
    },
    due_us: {
      type: 'INTEGER',
      unit: 'us',
      meaning:
        'by then a change is sampled: after it, while no other sample follows, every snapshot of the run found these values',
      source: 'the recorder',
    },
  };
  for (const { column, field, ...note } of [...SAMPLE_COLUMNS, ...SETTING_COLUMNS]) notes[column] = note;
  if (notes['timer'] !== undefined) notes['timer'] = { ...notes['timer'], type: 'TEXT' };
  for (const { column, meaning, source } of AGO) {
    const moment = meaning.replace('how long ago', 'when');
    notes[column.replace(/_ms$/, '_us')] = { type: 'INTEGER', unit: 'us', meaning: moment, source };
    delete notes[column];
  }
  for (const { column } of VALIDITY) delete notes[column];
  return notes;
}

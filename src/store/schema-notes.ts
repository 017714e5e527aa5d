import { SAMPLE_COLUMNS } from '../model/sample.js';
/** What docs/schema.md says of every column that is public: `npm run schema` writes the page out of this and the schema. */

export interface ColumnNote {
  /** Of a column whose type SQLite does not know: an expression of a view. */
  readonly type?: 'INTEGER' | 'TEXT';
  /** `us`, `ms`, `bytes`, `segments` ...; none for names, numbers of things, and identifiers. */
  readonly unit?: string;
  readonly meaning: string;
  /** Where the value comes from: a field of the kernel's, a system call, another column. */
  readonly source: string;
}

export interface TableNote {
  /** What one row is. */
  readonly text: string;
  readonly columns: Readonly<Record<string, ColumnNote>>;
  /** What to know beyond the columns. */
  readonly more?: string;
}

/** Tables and views that are how the history is kept, and may change between versions. */
export const INTERNAL_TABLES: ReadonlySet<string> = new Set(['socket', 'owner', 'cgroup', 'tcp_state', 'recent']);

const CONNECTION_ID: ColumnNote = { meaning: 'the connection', source: '`connections.id`' };
const us = (meaning: string, source: string): ColumnNote => ({ unit: 'us', meaning, source });

export const SCHEMA_NOTES: Readonly<Record<string, TableNote>> = {
  connections: {
    text: `One row for each life of a socket: from the moment it leaves UNCONN (or is first seen) until ss no longer shows it, TIME-WAIT included. The two
ends of a connection within one host are two rows, and so are two connects of one socket.`,
    columns: {
      id: { meaning: 'identifies the connection in this file', source: 'counted' },
      netns: { meaning: 'inode number of the network namespace (`readlink /proc/PID/ns/net`)', source: '`sk_net`' },
      family: { meaning: '4 or 6: of the socket; a v4-mapped address is 6', source: '`skc_family`' },
      local_addr: {
        meaning: 'address; `0.0.0.0` or `::` of a listener without one',
        source: '`skc_rcv_saddr`, `skc_v6_rcv_saddr`',
      },
      local_port: { meaning: '0: none, or not known yet', source: '`skc_num`' },
      remote_addr: { meaning: 'address; `0.0.0.0` or `::` of a listener', source: '`skc_daddr`, `skc_v6_daddr`' },
      remote_port: { meaning: '0: none', source: '`skc_dport`' },
      state: { meaning: 'the last known state, as ss prints it', source: 'the last of its transitions' },
      opened_us: us('when it left UNCONN, or was first seen', 'the first of its transitions'),
      closed_us: us('when it was gone, TIME-WAIT included; NULL while open', 'its transition to UNCONN'),
      origin: {
        type: 'TEXT',
        meaning: '`connect`, `accept`, `listen`, `before-recording`, `unknown` (its opening was lost)',
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
      comm: { meaning: "that process's name", source: 'as `pid`' },
      uid: { meaning: 'user id of the socket', source: '`sk_uid`' },
      inode: {
        meaning: "of the socket's file: `/proc/PID/fd/FD` links to `socket:[inode]`",
        source: '`sk_socket`, `idiag_inode`',
      },
      cookie: {
        meaning: 'what `ss -e` shows as `sk:` (in hexadecimal); NULL if no snapshot met the socket',
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
        meaning: 'payload received; the kernel counts the FIN of the peer as one more',
        source: '`tcp_sock.bytes_received`, `tcpi_bytes_received`',
      },
      retransmits: {
        unit: 'segments',
        meaning: 'segments sent again, SYNs included',
        source: '`tcp_retransmit_skb`, `tcp_sock.total_retrans`',
      },
      opened_source: {
        type: 'TEXT',
        meaning: '`probe`, `snapshot`, `timer`: how `opened_us` is known',
        source: 'the first of its transitions',
      },
      closed_source: {
        type: 'TEXT',
        meaning: '`probe`, `snapshot`, `timer`: how `closed_us` is known',
        source: 'its transition to UNCONN',
      },
      opened_not_before_us: us('NULL: observed; else the earliest it can have been, see above', 'the snapshot before'),
      closed_not_before_us: us('NULL: observed; else the earliest it can have been, see above', 'the snapshot before'),
      tid: { meaning: 'thread of `pid` that opened it, where it is another', source: 'as `pid`' },
      fd: { meaning: 'descriptor that `pid` opened it by', source: 'as `pid`' },
      rtt_us: us('smoothed round-trip time when last known', '`srtt_us`, `tcpi_rtt`'),
      cgroup_id: {
        meaning: 'id of the cgroup, also where its path could not be found any more',
        source: '`sk_cgrp_data`, `INET_DIAG_CGROUP_ID`',
      },
    },
  },
  transitions: {
    text: 'One row for each change of a state.',
    columns: {
      connection_id: CONNECTION_ID,
      at_us: {
        type: 'INTEGER',
        ...us('when; if inferred, the latest it can have been', '`inet_sock_set_state`, snapshots'),
      },
      not_before_us: {
        type: 'INTEGER',
        ...us(
          'the earliest it can have been if inferred; NULL if observed; 0 if there is no bound',
          'the snapshot before',
        ),
      },
      old_state: { type: 'TEXT', meaning: 'as ss prints it', source: '`oldstate` of the tracepoint, or inferred' },
      new_state: { type: 'TEXT', meaning: 'as ss prints it', source: '`newstate` of the tracepoint, or inferred' },
      source: {
        type: 'TEXT',
        meaning: '`probe`, `snapshot`, `timer`',
        source: 'who told it',
      },
    },
    more: `The transitions of one connection come in their order: \`WHERE connection_id = N\`. A socket whose opening was not seen begins with an inferred
step from UNCONN into the state in which it was found.`,
  },
  owners: {
    text: 'Who held the socket: its opener, and everyone else that a snapshot found holding it (after fork, or a passed descriptor).',
    columns: {
      connection_id: CONNECTION_ID,
      pid: { meaning: 'the process', source: 'as `connections.pid`; others: /proc/PID/fd' },
      comm: { meaning: 'its name', source: 'as `pid`' },
      fd: { meaning: 'its descriptor', source: 'as `pid`' },
      from_us: us('opener: when it was opened; others: when it was first seen to hold it', '`opened_us`, snapshots'),
      to_us: us(
        'when it was seen to hold it no more, or the connection ended; NULL while it does',
        '`closed_us`, snapshots',
      ),
    },
  },
  events: {
    text: 'What happened to a connection without changing its state.',
    columns: {
      id: { meaning: 'identifies the event in this file', source: 'counted' },
      connection_id: {
        meaning: 'NULL where no connection of this host has the four-tuple (a reset for a closed port)',
        source: '`connections.id`',
      },
      at_us: us('when', 'the tracepoint'),
      kind: {
        meaning: '`retransmit`, `reset`, `error`, `connect` (one that failed)',
        source:
          '`tcp_retransmit_skb`, `tcp_retransmit_synack`, `tcp_send_reset`, `tcp_receive_reset`, `inet_sk_error_report`, connect(2)',
      },
      detail: {
        meaning:
          "`SYN`, `SYN-ACK`, `data`; `sent REASON` or `received`; an errno's name; with the four-tuple where `connection_id` has none",
        source: 'as `kind`',
      },
    },
  },
  samples: {
    text: `What a snapshot said of a connection, kept when a queue, the timer or a retransmission count differs from what was kept last, and at most every ten
seconds while only traffic and estimates change. TIME-WAIT has none. A FIN-WAIT-2 that no process holds any more has the timer \`timewait\`. NULL: the kernel did not say.`,
    columns: Object.fromEntries(SAMPLE_COLUMNS.map(({ column, field, ...note }) => [column, note])),
  },
  snapshots: {
    text: 'One row for each dump of a network namespace.',
    columns: {
      at_us: us('when the dump was begun', "the host's clock"),
      netns: { meaning: 'inode number of the network namespace', source: '/proc/PID/ns/net' },
      sockets: { meaning: 'rows in the dump', source: 'counted' },
      took_us: us('how long the dump took', "the host's clock"),
      complete: {
        meaning:
          "0 where the kernel was not asked for TIME-WAITs: with BPF, where there are 1,000 and more of them, only about every tenth second's dump has them",
        source: 'the recorder',
      },
    },
  },
  gaps: {
    text: 'The times in which the history may be incomplete.',
    columns: {
      id: { meaning: 'identifies the gap in this file', source: 'counted' },
      from_us: us('the history between these times may be incomplete', 'the last time known to be whole'),
      to_us: us('see `from_us`', 'the first time known to be whole again'),
      cpu: { meaning: 'on which CPU events were lost; NULL: any', source: 'the probe' },
      lost: { unit: 'events', meaning: 'exact number; NULL where nobody can know it', source: 'sequence numbers' },
      reason: {
        meaning:
          "`sequence` (the BPF map was full: numbers are missing), `tracer` (nobody recorded), `continuity` (the kernel skipped events: with their number where it counts them, from Linux 5.12 on; without, where one socket's chain of states has a break that nothing else explains), `clock` (the wall clock was stepped; nothing is lost), `overrun` (without BPF: the kernel dropped last words of sockets, which were not read fast enough; the next snapshot still sees that they are gone), `truncated` (the recording file that was imported was cut off or damaged: from here on, or anywhere within, rows are missing)",
        source: 'the recorder',
      },
    },
  },
  names: {
    text: 'Which name stood for which address: DNS answers as processes got them, and lines of hosts files. `docs/names.md` says what is seen and what is not.',
    columns: {
      name: {
        meaning: 'as it was asked for, lower case, without the dot at its end',
        source: 'the question, the hosts file',
      },
      address: {
        meaning: 'IPv4 or IPv6, in the form of the other tables',
        source: 'A and AAAA records, the hosts file',
      },
      from_us: us(
        "when the first answer came, by the kernel's clock; of a hosts file: when the line came in, or was first seen",
        'the answer, the hosts file',
      ),
      to_us: us(
        'when the TTL of the last answer was over, or when the name was seen to end; NULL: it held when the recorder last looked (hosts files)',
        'the TTL, the next answer, the hosts file',
      ),
      source: { meaning: '`dns`, `hosts`', source: 'the recorder' },
      netns: { meaning: 'the network namespace whose processes saw it', source: '/proc/PID/ns/net' },
      ended: {
        meaning:
          '`replaced` (a later answer for the name lists other addresses), `gone` (a later answer says that it has none), `removed` (the line left the hosts file); NULL: nothing but its TTL ends it',
        source: 'the next answer, the hosts file',
      },
    },
    more: `\`to_us\` in the past with \`ended\` NULL: the TTL is over, and nobody was told anything else since. What stood for an address at T:
\`SELECT name FROM names WHERE address = A AND from_us <= T AND (to_us IS NULL OR to_us > T)\`. What was missed is in \`runs.notes\`, under the
subject \`names\`.`,
  },
  prunings: {
    text: 'What was taken out of the history again, by `--retain`, `--max-size` or `sstory prune`: a time before `through_us` is not empty, it is pruned.',
    columns: {
      id: { meaning: 'identifies the row in this file', source: 'counted' },
      at_us: us('when connections were last taken out', "the host's clock"),
      through_us: us('of what closed up to this time, some or all is gone; nothing else is', '`connections.closed_us`'),
      connections: { meaning: 'how many were taken out', source: 'counted' },
      reason: { meaning: '`retain`, `max-size`', source: 'the bound that asked for it' },
    },
  },
  runs: {
    text: 'One row for each recording into the file.',
    columns: {
      id: { meaning: 'identifies the recording in this file', source: 'counted' },
      host: { meaning: "the host's name", source: 'uname(2)' },
      boot_id: { meaning: 'differs after each boot', source: '/proc/sys/kernel/random/boot_id' },
      kernel: { meaning: 'version of the kernel', source: 'uname(2)' },
      sstory: { meaning: 'version of sstory', source: 'package.json' },
      bpftrace: { meaning: 'version of bpftrace; NULL without it', source: '`bpftrace --version`' },
      source: {
        meaning: '`bpf`, `diag` (snapshots alone), `ss-dump` (imported from a file that `ss -D` wrote)',
        source: '`--source`',
      },
      transport: {
        meaning: '`map`, `text`: how events came from the kernel; NULL without BPF',
        source: '`--transport`',
      },
      interval_us: us('from snapshot to snapshot', '`--interval`'),
      pid: { meaning: 'of the recorder', source: 'getpid(2)' },
      started_us: us('when it began', "the host's clock"),
      last_us: us(
        'up to where its history is complete but for its `gaps`: told with every commit, at least every second (without BPF: with every snapshot)',
        "the host's clock",
      ),
      ended_us: us('when it ended: `last_us`; NULL: it runs, or was killed', "the host's clock"),
      end: { meaning: '`clean`, or what went wrong; NULL while `ended_us` is', source: 'the recorder' },
      clock_offset_us: us('wall clock minus boot clock at the start', 'CLOCK_REALTIME, CLOCK_BOOTTIME'),
      clock_steps: {
        meaning: 'how the wall clock was set meanwhile, as JSON: `[{"at_us": ..., "step_us": ...}]`',
        source: 'the two clocks, compared',
      },
      notes: {
        meaning:
          'what the recorder, or an import, noted about this run, as JSON: `[{"subject": ..., "text": ...}]`, with the subjects `probe` (events that are not recorded), `names` (names that were left out or missed), `import` (which part of a history this is) and `dump` (which file of `ss -D` this was). Older databases: sentences joined by semicolons',
        source: 'the recorder',
      },
    },
  },
};

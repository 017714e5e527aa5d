import { type TableNotes, us } from './table-note.js';

/** Notes of the tables about the recorder's work, and how complete the history is. */
export const RECORDER_NOTES: TableNotes = {
  snapshots: {
    text: 'One row per dump of a network namespace.',
    columns: {
      at_us: us('when the dump began', "the host's clock"),
      netns: { meaning: 'inode number of the network namespace', source: '/proc/PID/ns/net' },
      sockets: { meaning: 'number of rows in the dump', source: 'the dump' },
      took_us: us('how long the dump took', "the host's clock"),
      complete: {
        meaning:
          '0 if it does not show which sockets are gone: with BPF, while there are 1,000 or more timewait sockets, the kernel is asked for them only about every ten seconds; or its rows could not all be matched yet',
        source: 'the recorder',
      },
      next_us: us(
        'how long after this one the next was to be taken, unless an event came first while nothing happened; NULL: not known',
        'the recorder',
      ),
      owners: {
        meaning: '1: all processes were searched for the owners of its sockets; 0: only some were, or none',
        source: 'the recorder',
      },
    },
  },
  gaps: {
    text: 'One row per period in which records may be missing.',
    columns: {
      id: {
        meaning: 'identifies the gap in this file; negative: its number may still come, within two seconds',
        source: 'a counter',
      },
      from_us: us('begin of the gap', 'the last time known to be complete'),
      to_us: us('end of the gap', 'the first time known to be complete again'),
      cpu: { meaning: 'the CPU whose events were lost; NULL: any', source: 'the probe' },
      lost: { unit: 'events', meaning: 'exact number; NULL if it cannot be known', source: "the kernel's counts" },
      reason: {
        meaning:
          "`overrun` (events came faster than they were read, and the memory for them was full: a ring, or without BPF the buffer of destroy notifications; the next snapshot still shows that the sockets are gone), `sequence` (the same, in histories of sstory before November 2026), `tracer` (the recorder, or its thread that reads names, was not running), `continuity` (the kernel skipped events; with their number where the kernel counts them, from Linux 5.12 on; otherwise found by an unexplained break in one socket's chain of states), `clock` (the wall clock was stepped; nothing is lost), `memory` (given up to stay within `--max-memory`), `truncated` (the imported recording file was cut off or damaged: rows are missing from here on, or anywhere within), `pruned` (connections that ended in this time were deleted before `sstory ship` had copied them)",
        source: 'the recorder',
      },
      scope: {
        meaning:
          '`transitions` (with the events, samples and owners of that time), or only `samples`, `owners`, `names` (DNS answers), `shipping` (rows that were not copied to another host)',
        source: 'the recorder',
      },
    },
  },
  namespaces: {
    text: 'One row per network namespace that a snapshot found, for as long as it was there and had that name. An inode number is given to another namespace later: join `connections.netns` with the row whose time it lies in.',
    columns: {
      netns: { meaning: 'inode number', source: '/proc/PID/ns/net' },
      from_us: us('when it was first found, or found with that name', 'snapshots'),
      to_us: us('when it was first found to be gone, or without that name; NULL while it is there', 'snapshots'),
      net_cookie: {
        meaning: 'no other namespace has it until the host is booted; NULL: before Linux 5.14',
        source: 'SO_NETNS_COOKIE',
      },
      name: { meaning: 'as `ip netns` names it; NULL: it has no name', source: '/proc/PID/mountinfo' },
    },
  },
  threads: {
    text: 'One row per thread of a process that holds TCP sockets, as its directory in /proc was read: when the process is first found to hold one, and at each search of all processes. A thread that began and ended in between has none.',
    columns: {
      pid: { meaning: 'process', source: '/proc' },
      tid: { meaning: 'thread; the first one has the id of its process', source: '/proc/PID/task' },
      comm: { meaning: "the thread's own name", source: '/proc/PID/task/TID/stat' },
      from_us: us(
        'when it was made; of one that was renamed, when it was first found with that name',
        'its start time in /proc',
      ),
      to_us: us('when it was first found to be gone, or its process to hold no socket; NULL: not yet', 'the recorder'),
      seen_us: us('when it was last found, once that has ended', 'the recorder'),
      own_files: {
        meaning: '1: it has a descriptor table of its own, and does not hold what its process holds',
        source: 'kcmp(2)',
      },
    },
  },
  sockstat: {
    text: 'What the kernel counts of sockets of all kinds in a network namespace. A row is written when one of the numbers has changed; reading them takes a thousandth of a core at most, so about once a second where there are few namespaces.',
    columns: {
      netns: { meaning: 'inode number of the network namespace', source: '/proc/PID/ns/net' },
      at_us: us('when they were read', "the host's clock"),
      used: { unit: 'sockets', meaning: 'all sockets, of every kind', source: '/proc/net/sockstat' },
      tcp_alloc: {
        unit: 'sockets',
        meaning: 'TCP sockets of the whole host, with closed ones, without TIME-WAITs',
        source: '/proc/net/sockstat',
      },
      tcp_orphan: {
        unit: 'sockets',
        meaning: 'TCP sockets of the whole host that no process holds',
        source: '/proc/net/sockstat',
      },
      udp: { unit: 'sockets', meaning: 'UDP sockets of IPv4, with UDP-Lite', source: '/proc/net/sockstat' },
      udp6: { unit: 'sockets', meaning: 'the same of IPv6', source: '/proc/net/sockstat6' },
      raw: { unit: 'sockets', meaning: 'raw sockets of IPv4', source: '/proc/net/sockstat' },
      raw6: { unit: 'sockets', meaning: 'the same of IPv6', source: '/proc/net/sockstat6' },
      frag: { unit: 'datagrams', meaning: 'of IPv4, being put together from fragments', source: '/proc/net/sockstat' },
      frag6: { unit: 'datagrams', meaning: 'the same of IPv6', source: '/proc/net/sockstat6' },
    },
  },
  bound: {
    text: 'Sockets that are bound and nothing more (`ss -B`), as the dumps with TIME-WAITs (`snapshots.complete`) find them: a row from the first that finds one until the first that finds it otherwise, or not at all. Linux reports them since 6.8. No event does: one that was bound and gone, or connected, between two dumps has no row.',
    columns: {
      netns: { meaning: 'inode number of the network namespace', source: '/proc/PID/ns/net' },
      cookie: { meaning: "the kernel's number of the socket", source: '`idiag_cookie`' },
      from_us: us('the first snapshot that found it so', 'snapshot'),
      to_us: us('the first snapshot that found it otherwise, or not at all; NULL: none has', 'snapshot'),
      family: { meaning: '4 or 6', source: '`idiag_family`' },
      local_addr: { meaning: 'address that it is bound to', source: '`idiag_src`' },
      local_port: { meaning: 'port', source: '`idiag_sport`' },
      uid: { meaning: 'user of the socket', source: '`idiag_uid`' },
      inode: { meaning: 'inode of the socket; 0: no process holds it', source: '`idiag_inode`' },
      cgroup_id: { meaning: 'cgroup of the socket; NULL: none', source: '`INET_DIAG_CGROUP_ID`' },
      holders: {
        meaning:
          'JSON: `pid`, `comm`, `fd` and perhaps `tid` of each process that holds it; the first that are found count from its beginning',
        source: '/proc/PID/fd',
      },
      details: { meaning: 'JSON: the columns of `samples` that have a value, without times', source: 'snapshot' },
    },
  },
  timewaits: {
    text: 'What a dump was the first to show of timewait sockets (TIME-WAIT, and FIN-WAIT-2 without an owner), whose rows in `connections` are not written again for it. A row is a dump; a socket takes three to six bytes of it. `sstory ss --at` reads it for `sk:` and timers.',
    columns: {
      netns: { meaning: 'inode number of the network namespace', source: '/proc/PID/ns/net' },
      at_us: us('the dump', 'snapshot'),
      fact: {
        meaning:
          '`cookie`; `due`: when the timer is due, milliseconds since the epoch, of those whose beginning no event reported; `sample`: 1 for those that were not sampled before and have an interface or a mark, which a sample has',
        source: '`idiag_cookie`, `idiag_expires`',
      },
      numbers: {
        meaning: 'JSON: ranges of numbers, each as its distance from the end of the one before, and how many it has',
        source: '`fact`',
      },
      ids: {
        meaning: 'JSON: the connections that have them, in that order, each as its distance from the one before',
        source: '`connections.id`',
      },
    },
  },
  file: {
    text: 'One row: what identifies this history. A copy of the file has it too.',
    columns: { uuid: { meaning: 'a UUID (RFC 9562, version 4)', source: 'random bytes' } },
  },
  prunings: {
    text: 'What `--retain`, `--max-size` or `sstory prune` deleted from the history. A period before `through_us` may look idle because it was pruned.',
    columns: {
      id: { meaning: 'identifies the row in this file', source: 'a counter' },
      at_us: us('when connections were last deleted', "the host's clock"),
      through_us: us(
        'some or all connections that closed up to this time are deleted; no others are',
        '`connections.closed_us`',
      ),
      connections: { meaning: 'how many were deleted', source: 'a counter' },
      reason: { meaning: '`retain`, `max-size`', source: 'the bound that required it' },
    },
  },
  runs: {
    text: 'One row per run: one execution of the recorder into this file, or one import of a dump.',
    columns: {
      id: { meaning: 'identifies the run in this file', source: 'a counter' },
      host: { meaning: 'host name', source: 'uname(2)' },
      boot_id: { meaning: 'differs after each boot', source: '/proc/sys/kernel/random/boot_id' },
      kernel: { meaning: 'version of the kernel', source: 'uname(2)' },
      sstory: { meaning: 'version of sstory', source: 'package.json' },
      bpftrace: { meaning: 'version of bpftrace; NULL without it', source: '`bpftrace --version`' },
      source: {
        meaning: '`bpf`, `diag` (snapshots alone), `ss-dump` (imported from a file that `ss -D` wrote)',
        source: '`--source`',
      },
      transport: {
        meaning:
          'how events came from the kernel: `ring`, `text` (in histories of sstory before November 2026 `map`); NULL without BPF',
        source: '`--transport`',
      },
      interval_us: us('time between two snapshots', '`--interval`'),
      pid: { meaning: 'process id of the recorder', source: 'getpid(2)' },
      started_us: us('when the run began', "the host's clock"),
      last_us: us(
        'up to when its history is complete, except for its `gaps`: updated with every commit, at least every second (without BPF: with every snapshot)',
        "the host's clock",
      ),
      ended_us: us('when the run ended, equal to `last_us`; NULL: it is running, or was killed', "the host's clock"),
      end: { meaning: '`clean`, or what went wrong; NULL while `ended_us` is', source: 'the recorder' },
      clock_offset_us: us('wall clock minus boot clock at the start', 'CLOCK_REALTIME, CLOCK_BOOTTIME'),
      clock_steps: {
        meaning: 'steps of the wall clock during the run, as JSON: `[{"at_us": ..., "step_us": ...}]`',
        source: 'the two clocks, compared',
      },
      notes: {
        meaning:
          'what the recorder, or an import, noted about this run, as JSON: `[{"subject": ..., "text": ...}]`, with the subjects `probe` (events that are not recorded), `names` (names that were left out or missed), `import` (which part of a history this is) and `dump` (which file of `ss -D` this was). Older databases: sentences joined by semicolons',
        source: 'the recorder',
      },
      initial_netns: {
        meaning:
          'inode number of the network namespace of process 1, where that can be read; else that of the recorder itself',
        source: '/proc/1/ns/net',
      },
      behind_us: us(
        'how long ago, at `last_us`, the oldest event had happened that waited to be processed',
        'the probe',
      ),
      backlog_bytes: { unit: 'bytes', meaning: 'what waited then', source: 'the probe' },
    },
  },
};

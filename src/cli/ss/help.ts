export const SS_HELP = `Usage: sstory ss [FLAGS] [FILTER]

TCP sockets as ss shows them, now or --at any recorded time.

Which sockets
  -a, --all            listening sockets too    -l, --listening  only these
  -B, --bound-inactive only those that are bound and nothing more (Linux 6.8)
  -4, --ipv4           IPv4                     -6, --ipv6       IPv6, v4-mapped
  -f, --family FAMILY  inet or inet6
  -A, --query tcp      accepted, as is -t: other tables are left to ss
  -N, --net NAME       in a network namespace: its name, inode number or path;
                       all: in each, with a column. Default: this process's own
                       (--at: of a recording from elsewhere, its initial one)
  -F, --filter FILE    read the filter from a file (- for stdin)
  -s, --summary        only counts              -E, --events     closed ones
  -K, --kill           close the sockets that FILTER selects, and show those
                       that were closed

Columns and details
  -o, --options        timers                   -m, --memory     socket memory
  -e, --extended       uid, inode, cookie, mark, cgroup
  -i, --info           TCP's internal state     --tos --cgroup --inet-sockopt
  -p, --processes      owning processes         -T, --threads    their threads
  -Z, --context        and security contexts

Format
  -n, --numeric        no service names         -r, --resolve    host names
  -H, --no-header      no header                -O, --oneline    one line each
  -Q, --no-queues      no Recv-Q and Send-Q
  --json               one JSON object per line --csv            RFC 4180
  --columns LIST       only these keys of --json, comma-separated; also for text

Source, instead of the kernel's current sockets
  --at TIME            the sockets at this time: '10 min ago', 14:05:30,
                       2026-11-21T02:13:33.123456Z, end-5s
  --db FILE            the database for --at
  --fleet URL          for --at: of all hosts that ship to this ClickHouse, with
                       a column Host (default: $SSTORY_FLEET; docs/fleet.md)
  --dump FILE          a file that ss -D wrote (or $TCPDIAG_FILE)
  -D, --diag FILE      write such a file (- for stdout), and show nothing

  -V, --version        -h, --help

FILTER is ss's language, with pid uid comm netns container pod unit machine:
docs/filter.md. Differences from ss: docs/ss-compatibility.md.
With --at, ~ marks what was inferred, or is uncertain at that time.
`;

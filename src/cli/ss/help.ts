export const SS_HELP = `Usage: sstory ss [FLAGS] [FILTER]      TCP sockets as ss shows them, now or --at any recorded moment

What is shown
  -a, --all            listening sockets too       -l, --listening      only listening ones
  -4, --ipv4           IPv4                        -6, --ipv6           IPv6 (v4-mapped too)
  -f, --family FAMILY  inet or inet6               -A, --query tcp      understood: there is nothing else; so is -t
  -N, --net NAME       in a network namespace      -F, --filter FILE    the filter stands in a file (- for stdin)
  -s, --summary        how many there are          -E, --events         those that are closed, as it happens
  -K, --kill           closes what the FILTER selects, and shows what was closed

What is told of each
  -o, --options        timers                      -e, --extended       uid, inode, cookie, mark, cgroup
  -m, --memory         socket memory               -i, --info           TCP's own state
  -p, --processes      who holds it                -T, --threads        each thread that does
  -Z, --context        with security contexts      --tos --cgroup --inet-sockopt

How
  -n, --numeric        no service names            -r, --resolve        host names
  -H, --no-header      no header                   -O, --oneline        one line a socket
  --json               one JSON object a line      --csv                RFC 4180
  --columns LIST       only these, comma-separated, of the keys of --json; in text as well

From where, instead of from the kernel now
  --at TIME            as they stood then: '10 min ago', 14:05:30, 2026-11-21T02:13:33.123456Z, end-5s
  --db FILE            in this recording
  --dump FILE          out of a file that ss -D wrote (or TCPDIAG_FILE in the environment)
  -D, --diag FILE      writes such a file (- for stdout) and shows nothing

  -V, --version        -h, --help
FILTER is ss's language: docs/filter.md. Differences from ss: docs/ss-compatibility.md.
With --at, what is marked ~ was inferred, or is not certain for that moment.
`;

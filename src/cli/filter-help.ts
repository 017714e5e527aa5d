/** The filter language at a glance: `sstory help filter`. docs/filter.md is its reference. */
import { ORIGIN_NAMES, REASON_NAMES } from '../filter/history-terms.js';
import { STATE_NAMES } from '../filter/state-names.js';

export const FILTER_HELP = `Usage: sstory COMMAND [FILTER]

Which sockets, in the filter language of ss: [state STATE]... [CONDITION [and|or CONDITION]...]

States: state STATE adds it, exclude STATE removes it
  ${STATE_NAMES.join(' ')}

Conditions:
  src, dst, host HOST      its local, its remote end; either of them: 10.0.0.1
                           10/8 [::1]:443 :9200 db.example
  sport, dport, port PORT  a number or a service, after any OP: dport = :443
  pid NUMBER, comm NAME    a process that holds it: comm = java
  uid USER                 its user
  netns NAME               its network namespace
  container, pod, unit ID  its container, its pod, its unit of systemd
  cgroup PATH              its cgroup v2, or one below it
  machine NAME             its host, with --fleet: machine web-*
  dev NAME, fwmark MARK    its interface; its mark: 0x17/0xff
  autobound                its local port is one that the kernel chooses

Of the past also:
  reason REASON            how it ended: ${REASON_NAMES.join(' ')}
  origin ORIGIN            how it began: ${ORIGIN_NAMES.join(' ')}
  duration TIME            from its opening to its end: duration > 5s
  name NAME                a name of its remote address: name *.internal
  id NUMBER                ids alone are a filter too: sstory log 87340

OP is = != > >= < <= or nothing, which means =. not and ( ) combine conditions; and, or have the same precedence, from
left to right. Only white space separates words: quote ( ) ! & | < > * and brackets in a shell.

  sstory ss -antp 'state syn-sent dport = :9200' --at 14:05
  sstory log 'reason refused and not dst 127.0.0.0/8' -S -10m

More: docs/filter.md
`;

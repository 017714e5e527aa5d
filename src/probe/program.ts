/**
 * Puts the BPF programs of bpf/ together into one bpftrace program for this kernel: macros are expanded, and what a
 * tracepoint's format file does not list is left out. What the directives mean is written in bpf/macros.bt.
 */
import { readFileSync } from 'node:fs';
import { expand, type Macro, parseMacros, selectLines, withoutComments } from './bpf-macros.js';
import { hasField } from './tracefs.js';

/** The 13 values of a record after the address, in order: see bpf/macros.bt. */
const FIELDS = ['$meta', '$where', '$a', '$b', '$c', '$d', '$task', '$owner', '$cookie', '$x', '$y'] as const;
export const RECORD_FIELDS = FIELDS.length + 2;

/** A record's key is its CPU's sequence number above this many bits of CPU number. */
export const CPU_BITS = 16;
/** A number that is never a CPU's. */
export const NO_CPU = 2 ** CPU_BITS - 1;

export type Transport = 'map' | 'text';

/** Concerns in the order in which they attach. Only transitions are required. */
export const CONCERNS = ['transitions', 'connect', 'accept', 'retransmit', 'reset', 'error'] as const;
export type Concern = (typeof CONCERNS)[number];

/** The tracepoints that a concern attaches to. */
export const TRACEPOINTS: Readonly<Record<Concern, readonly string[]>> = {
  transitions: ['sock:inet_sock_set_state'],
  connect: ['syscalls:sys_enter_connect', 'syscalls:sys_exit_connect'],
  accept: ['syscalls:sys_exit_accept', 'syscalls:sys_exit_accept4'],
  retransmit: ['tcp:tcp_retransmit_skb', 'tcp:tcp_retransmit_synack'],
  reset: ['tcp:tcp_receive_reset', 'tcp:tcp_send_reset'],
  error: ['sock:inet_sk_error_report'],
};

/** The concerns all of whose tracepoints a kernel has. */
export function concernsOf(formatOf: ProgramOptions['formatOf']): Concern[] {
  return CONCERNS.filter((concern) => TRACEPOINTS[concern].every((name) => formatOf(name) !== undefined));
}

export interface ProgramOptions {
  readonly transport: Transport;
  readonly concerns: readonly Concern[];
  /** Whether the socket's cgroup can be read (fields differ on old kernels). */
  readonly cgroup: boolean;
  /**
   * How bytes of an array argument are read: by its `address` (0.17 casts arrays to numbers), or one `index` after the other
   * (every version, but slow to compile).
   */
  readonly arrays: 'address' | 'index';
  /** The text of a tracepoint's format file (`sock:inet_sock_set_state`), undefined where it is missing. */
  readonly formatOf: (tracepoint: string) => string | undefined;
  /** The text of a file of bpf/. */
  readonly sourceOf?: (name: string) => string;
}

/** The whole program, ready for `bpftrace -e`. */
export function assembleProgram(options: ProgramOptions): string {
  const sourceOf = options.sourceOf ?? readProgram;
  const macros = new Map([...builtIn(options), ...parseMacros(sourceOf('macros.bt'))]);
  const isKept = (tracepoint: string, field: string) => hasField(options.formatOf(tracepoint), field);
  const [first = '', last = ''] = sourceOf('control.bt').split('//split\n');
  const parts = [first, ...options.concerns.map((concern) => sourceOf(`${concern}.bt`)), last];
  return parts.map((part) => expand(withoutComments(selectLines(part, isKept)), macros)).join('\n');
}

function readProgram(name: string): string {
  return readFileSync(new URL(`../../../bpf/${name}`, import.meta.url), 'utf8');
}

function builtIn({ transport, cgroup, arrays }: ProgramOptions): [string, Macro][] {
  const zero = '(uint64)0';
  const key = `((uint64)@n[(uint64)cpu] << ${CPU_BITS}) | (uint64)cpu`;
  const values = ['(uint64)nsecs', '(uint64)address', ...FIELDS].join(', ');
  const sentinel = Array.from({ length: RECORD_FIELDS }, (_, index) => `(uint64)${index + 1}`).join(', ');
  const hex = Array(RECORD_FIELDS + 1)
    .fill('%llx')
    .join(' ');
  const byMap = transport === 'map';
  const byAddress = (type: string) => (arrays === 'address' ? `((uint64)*(${type} *)((uint64)array + offset))` : '');
  return [
    [
      'EMIT',
      {
        parameters: ['address'],
        body: `@n[(uint64)cpu]++; ${byMap ? `@e[${key}] = (${values});` : `printf("E ${hex}\\n", ${key}, ${values});`}`,
      },
    ],
    [
      'COMM',
      {
        parameters: ['pid', 'name'],
        body: byMap ? '@p[(uint64)pid] = name;' : 'printf("P %d %r\\n", pid, buf(name, 16));',
      },
    ],
    ['NO_CPU', { parameters: [], body: `(uint64)${NO_CPU}` }],
    [
      'SENTINEL',
      {
        parameters: [],
        body: `@c[(uint64)tid] = (${zero}, ${zero}, ${zero}, ${zero}); delete(@c[(uint64)tid]);${byMap ? ` @e[${zero}] = (${sentinel});` : ''}`,
      },
    ],
    ['AT', { parameters: ['array', 'offset'], body: byAddress('uint64') }],
    ['AT4', { parameters: ['array', 'offset'], body: byAddress('uint32') }],
    ['CGROUP', { parameters: ['sk'], body: cgroup ? '(uint64)sk->sk_cgrp_data.cgroup->kn->id' : zero }],
  ];
}

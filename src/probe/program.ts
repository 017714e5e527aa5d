/**
 * Puts the BPF programs of bpf/ together into one bpftrace program for this kernel: macros are expanded, and what a
 * tracepoint's format file does not list is left out. What the directives mean is written in bpf/macros.bt.
 */
import { readFileSync } from 'node:fs';
import { bytesOf, expand, type Macro, parseMacros, selectLines, withoutComments } from './bpf-macros.js';
import { readByOffset } from './record-fields.js';
import { hasField } from './tracefs.js';

/** Concerns in the order in which they attach. Only transitions are required. */
export const CONCERNS = ['transitions', 'connect', 'accept', 'retransmit', 'reset', 'error', 'processes'] as const;
export type Concern = (typeof CONCERNS)[number];

/** The tracepoints that a concern attaches to. */
export const TRACEPOINTS: Readonly<Record<Concern, readonly string[]>> = {
  transitions: ['sock:inet_sock_set_state'],
  connect: [
    'syscalls:sys_enter_connect',
    'syscalls:sys_exit_connect',
    'syscalls:sys_enter_listen',
    'syscalls:sys_exit_listen',
  ],
  accept: ['syscalls:sys_exit_accept', 'syscalls:sys_exit_accept4'],
  retransmit: ['tcp:tcp_retransmit_skb', 'tcp:tcp_retransmit_synack'],
  reset: ['tcp:tcp_receive_reset', 'tcp:tcp_send_reset'],
  error: ['sock:inet_sk_error_report'],
  processes: ['task:task_newtask', 'sched:sched_process_exec', 'task:task_rename', 'sched:sched_process_exit'],
};

/** The concerns all of whose tracepoints a kernel has. */
export function concernsOf(formatOf: ProgramOptions['formatOf']): Concern[] {
  return CONCERNS.filter((concern) => TRACEPOINTS[concern].every((name) => formatOf(name) !== undefined));
}

export interface ProgramOptions {
  readonly concerns: readonly Concern[];
  /** Whether the socket's cgroup can be read (fields differ on old kernels). */
  readonly cgroup: boolean;
  /**
   * How a tracepoint's record is read: by the `offset` of each field (up to 0.17, which casts a record to a number), or by the
   * fields' `name`, and arrays one element after the other (every version, but slow to compile).
   */
  readonly fields: 'offset' | 'name';
  /**
   * Where the arguments of the connect(2) under way are read: in the task's saved `registers` (x86-64), or by a program on its
   * `entry`, which keeps them in a map.
   */
  readonly connectArguments: 'registers' | 'entry';
  /** The text of a tracepoint's format file (`sock:inet_sock_set_state`), undefined where it is missing. */
  readonly formatOf: (tracepoint: string) => string | undefined;
  /** The text of a file of bpf/. */
  readonly sourceOf?: (name: string) => string;
}

/** The whole program, ready for `bpftrace -e`. */
export function assembleProgram(options: ProgramOptions): string {
  const sourceOf = options.sourceOf ?? readProgram;
  const macros = new Map([...builtIn(options), ...parseMacros(sourceOf('macros'))]);
  const isKept = (tracepoint: string, field: string) => hasField(options.formatOf(tracepoint), field);
  const parts = [...options.concerns, 'control'].map(sourceOf);
  const program = parts.map((part) => expand(withoutComments(selectLines(part, isKept)), macros)).join('\n');
  return options.fields === 'offset' ? readByOffset(program, options.formatOf) : program;
}

function readProgram(name: string): string {
  return readFileSync(new URL(`../../../bpf/${name}.bt`, import.meta.url), 'utf8');
}

function builtIn({ cgroup, fields, connectArguments, concerns }: ProgramOptions): [string, Macro][] {
  const at = (type: string, bytes: number): Macro => {
    if (fields === 'name') return ([array = '', offset]) => bytesOf(array, Number(offset), bytes);
    return ([array, offset]) => `((uint64)*(${type} *)((uint64)${array} + ${offset}))`;
  };
  return [
    [
      'RECORD',
      (values) => `printf("E${' %llx'.repeat(values.length + 1)} .\\n", (uint64)nsecs, ${values.join(', ')});`,
    ],
    ['AT', at('uint64', 8)],
    ['AT4', at('uint32', 4)],
    ['FOLLOW', () => (concerns.includes('processes') ? FOLLOW : '')],
    ['CGROUP', ([sk]) => (cgroup ? `(uint64)${sk}->sk_cgrp_data.cgroup->kn->id` : '(uint64)0')],
    ...Object.entries(connectArguments === 'registers' ? CONNECT_REGISTERS : connectEntry(concerns)).map(
      ([name, body]): [string, Macro] => [name, () => body],
    ),
  ];
}

/**
 * The registers with which the task entered the kernel lie at the top of its stack: task_pt_regs() of arch/x86. A kernel built with
 * CONFIG_X86_FRED (Linux 6.9) leaves 16 bytes above them. orig_ax is the system call's number: 42 is connect(2), 50 listen(2), 44 and 46
 * sendto(2) and sendmsg(2), which connect with MSG_FASTOPEN; cs 0x33 means a 64-bit one. Their first argument is the descriptor. Where none
 * matches, it is unknown.
 */
const CONNECT_REGISTERS = {
  ENTER_CONNECT: '',
  LEAVE_CONNECT: '',
  OPENING_FD: `$fd = (uint64)0;
  $regs = (struct pt_regs *)((uint64)((struct task_struct *)curtask)->stack + 16384 - sizeof(struct pt_regs));
  if ($regs->cs != 51) { $regs = (struct pt_regs *)((uint64)$regs - 16); }
  $call = (uint64)$regs->orig_ax;
  if ($regs->cs == 51 && ($call == 42 || $call == 50 || $call == 44 || $call == 46)) { $fd = ((uint64)$regs->di & 4294967295) + 1; }`,
  CONNECT_ADDRESS: `$head = (uint64)*uptr((uint64 *)$regs->si);
      $high = (uint64)0;
      $low = (uint64)0;
      if (($head & 65535) == 10) {
        $high = (uint64)*uptr((uint64 *)($regs->si + 8));
        $low = (uint64)*uptr((uint64 *)($regs->si + 16));
      }`,
};

/** Puts the current process into the map of bpf/processes.bt. */
const FOLLOW = 'if (@h[(uint64)pid] == 0) { @h[(uint64)pid] = (uint64)1; }';

/**
 * Programs on the entry of connect(2) and listen(2) keep their arguments by thread, those on their end delete them: a block for each,
 * because bpftrace 0.17 attaches the program of another block of sys_exit_connect twice in place of one for both. Not sendto(2): it would
 * run with each. `args->uservaddr + 8` would be eight addresses further.
 */
function connectEntry(concerns: readonly Concern[]): typeof CONNECT_REGISTERS {
  return {
    ENTER_CONNECT: `tracepoint:syscalls:sys_enter_connect {
  $address = (uint64)args->uservaddr;
  $head = (uint64)*uptr((uint64 *)$address);
  $high = (uint64)0;
  $low = (uint64)0;
  if (($head & 65535) == 10) {
    $high = (uint64)*uptr((uint64 *)($address + 8));
    $low = (uint64)*uptr((uint64 *)($address + 16));
  }
  @c[(uint64)tid] = ((uint64)args->fd + 1, $head, $high, $low);
}

tracepoint:syscalls:sys_enter_listen { @c[(uint64)tid] = ((uint64)args->fd + 1, (uint64)0, (uint64)0, (uint64)0); }`,
    LEAVE_CONNECT: `tracepoint:syscalls:sys_exit_connect { delete(@c[(uint64)tid]); }

tracepoint:syscalls:sys_exit_listen { delete(@c[(uint64)tid]); }`,
    OPENING_FD: concerns.includes('connect') ? '$fd = @c[(uint64)tid].0;' : '$fd = (uint64)0;',
    CONNECT_ADDRESS: `$head = @c[(uint64)tid].1;
      $high = @c[(uint64)tid].2;
      $low = @c[(uint64)tid].3;`,
  };
}

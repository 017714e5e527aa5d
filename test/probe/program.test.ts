import { deepEqual, doesNotMatch, equal, match, ok, throws } from 'node:assert/strict';
import { assembleProgram, CONCERNS, concernsOf, type ProgramOptions } from '../../src/probe/program.js';
import { FLAG, recordWords } from '../../src/probe/record-layout.js';
import { fieldPlace, symbolsOf } from '../../src/probe/tracefs.js';
import { formatsOf, type KERNELS } from './formats.js';

function assemble(kernel: keyof typeof KERNELS, more: Partial<ProgramOptions> = {}): string {
  const formatOf = formatsOf(kernel);
  const concerns = concernsOf(formatOf);
  const options = { concerns, cgroup: true, fields: 'offset', connectArguments: 'registers', formatOf } as const;
  return assembleProgram({ ...options, ...more });
}

/** The block of the program that attaches to a tracepoint. */
function blockOf(program: string, tracepoint: string): string {
  const start = program.indexOf(`tracepoint:${tracepoint}`);
  ok(start >= 0, `${tracepoint} is not attached`);
  return program.slice(start, program.indexOf('\n}', start));
}

/** How many numbers each record of a block has. */
function lengthsOf(block: string): number[] {
  return [...block.matchAll(/printf\("E((?: %llx)+) \.\\n", (.*)\);/g)].map(([, format = '', values = '']) => {
    const length = format.split(' ').length - 1;
    equal(partsOf(values).length, length, `numbers of another count than the format has: ${values}`);
    return length;
  });
}

/** Arguments, separated by the commas that are in no parentheses. */
function partsOf(values: string): string[] {
  let text = values;
  for (let before = ''; before !== text; ) {
    before = text;
    text = text.replace(/\([^()]*\)/g, '');
  }
  return text.split(', ');
}

/** Numbers in a record with these flags. */
const numbers = (flags: number) => recordWords(flags << 24) / 2;
const BARE = [numbers(FLAG.v6), numbers(0)];
const WITH_TOTALS = [numbers(FLAG.v6 | FLAG.totals), numbers(FLAG.totals)];
const WITH_OWNER = [numbers(FLAG.v6 | FLAG.owner), numbers(FLAG.owner)];

const MADE_UP: Readonly<Record<string, string>> = {
  control: 'interval:ms:100 { printf("H\\n"); }\n',
  macros: '//define TWICE(x)\n(x + x)\n//end\n',
};

describe('the BPF program', () => {
  for (const kernel of ['5.4', '6.1', '6.18'] as const) {
    for (const connectArguments of ['registers', 'entry'] as const) {
      it(`is whole on Linux ${kernel} with the arguments of connect(2) from ${connectArguments}`, () => {
        const program = assemble(kernel, { connectArguments });
        doesNotMatch(program, /\/\//, 'a comment or directive is left');
        doesNotMatch(program, /\b[A-Z][A-Z0-9_]+\(/, 'a macro is left');
        for (const [open, close] of ['{}', '()', '[]']) {
          equal(program.split(open ?? '').length, program.split(close ?? '').length, `${open} without ${close}`);
        }
        ok(
          program.lastIndexOf('interval:') > program.lastIndexOf('tracepoint:'),
          'the heartbeat is the last to attach',
        );
        doesNotMatch(program, /^(BEGIN|END)\b/m, 'they need symbols that may be stripped');
      });
    }
  }

  it('leaves out the concerns whose tracepoints a kernel has not', () => {
    deepEqual(concernsOf(formatsOf('5.4')), ['transitions', 'connect', 'accept', 'retransmit', 'reset', 'processes']);
    deepEqual(concernsOf(formatsOf('6.1')), CONCERNS);
    doesNotMatch(assemble('5.4'), /inet_sk_error_report/);
  });

  it('reads a sent reset as each kernel lays it out', () => {
    for (const kernel of ['5.4', '6.1'] as const) {
      const block = blockOf(assemble(kernel, { fields: 'name' }), 'tcp:tcp_send_reset');
      match(block, /args->sport/);
      doesNotMatch(block, /args->reason|args->saddr/);
    }
    const block = blockOf(assemble('6.18', { fields: 'name' }), 'tcp:tcp_send_reset');
    match(block, /args->reason/);
    doesNotMatch(block, /args->sport/);
  });

  it('asks for the error of a retransmission where there is one', () => {
    const block = (kernel: keyof typeof KERNELS) =>
      blockOf(assemble(kernel, { fields: 'name' }), 'tcp:tcp_retransmit_skb');
    doesNotMatch(block('6.1'), /args->err/);
    match(block('6.18'), /args->err/);
  });

  it('reads a record in the way that a version of bpftrace accepts', () => {
    const byOffset = assemble('6.18', { fields: 'offset' });
    match(byOffset, /tracepoint:sock:inet_sk_error_report[^{]*\{\n {2}\$record = \(uint64\)args;/);
    match(byOffset, /\*\(uint64 \*\)\(\(uint64\)\(\$record \+ \d+\) \+ 8\)/);
    match(assemble('6.18', { fields: 'name' }), /\(uint64\)args->saddr_v6\[15\] << 56/);
  });

  it('names a field only of changes of state and system calls', () => {
    for (const connectArguments of ['registers', 'entry'] as const) {
      const program = assemble('6.18', { fields: 'offset', connectArguments });
      const naming = program.split(/^(?=tracepoint:)/m).filter((block) => block.includes('args->'));
      for (const block of naming) match(block, /^tracepoint:(sock:inet_sock_set_state|syscalls:)/);
    }
  });

  it('reads each field where the kernel wrote it', () => {
    for (const kernel of ['5.4', '6.1', '6.18'] as const) {
      const formatOf = formatsOf(kernel);
      const byName = assemble(kernel, { fields: 'name' });
      const byOffset = assemble(kernel, { fields: 'offset' });
      for (const name of ['tcp:tcp_receive_reset', 'tcp:tcp_send_reset', 'tcp:tcp_retransmit_skb']) {
        const fields = new Set([...blockOf(byName, name).matchAll(/args->(\w+)/g)].map(([, field = '']) => field));
        const offsets = [...fields].map((field) => fieldPlace(formatOf(name) ?? '', field)?.offset);
        const read = new Set([...blockOf(byOffset, name).matchAll(/\$record \+ (\d+)/g)].map(([, at]) => Number(at)));
        deepEqual([...read].sort(), [...new Set(offsets)].sort(), `${name} on ${kernel}`);
      }
    }
  });

  it('writes records as long as they are laid out, with and without IPv6', () => {
    const lengths = {
      'sock:inet_sock_set_state': [...WITH_TOTALS, ...WITH_OWNER, ...BARE],
      'syscalls:sys_exit_connect': WITH_OWNER,
      'syscalls:sys_exit_accept': WITH_OWNER,
      'tcp:tcp_retransmit_skb': BARE,
      'tcp:tcp_retransmit_synack': BARE,
      'tcp:tcp_receive_reset': BARE,
      'tcp:tcp_send_reset': BARE,
      'sock:inet_sk_error_report': BARE,
    };
    for (const connectArguments of ['registers', 'entry'] as const) {
      const program = assemble('6.18', { connectArguments });
      for (const [tracepoint, each] of Object.entries(lengths)) {
        deepEqual(lengthsOf(blockOf(program, tracepoint)), each, tracepoint);
      }
      equal(lengthsOf(program).length, Object.values(lengths).flat().length);
    }
  });

  it('says in the flags of a record what follows', () => {
    const program = assemble('6.18');
    const called = `($v6 | ${FLAG.inProcess | FLAG.owner}) << 24`;
    for (const call of ['connect', 'accept']) ok(blockOf(program, `syscalls:sys_exit_${call}`).includes(called));
    const [, ...parts] = blockOf(program, 'sock:inet_sock_set_state').split('$meta = $states | ');
    deepEqual(
      parts.map((part) => [Number(/^\(\(\$flags \| (\d+)\) << 24\)/.exec(part)?.[1] ?? 0), lengthsOf(part)]),
      [
        [FLAG.totals, WITH_TOTALS],
        [FLAG.owner, WITH_OWNER],
        [0, BARE],
      ],
    );
  });

  it('keeps nothing in maps where the arguments of connect(2) are read from its registers', () => {
    const program = assemble('6.18');
    deepEqual([...new Set(program.match(/@\w*/g))], ['@h']);
    doesNotMatch(program, /sys_enter_(connect|listen)/);
    match(blockOf(program, 'syscalls:sys_exit_connect'), /\$call == 42/);
    match(blockOf(program, 'sock:inet_sock_set_state'), /\$call == 42/);
  });

  it('keeps them by thread from the entry of connect(2) to its end otherwise', () => {
    const program = assemble('6.18', { connectArguments: 'entry' });
    doesNotMatch(program, /orig_ax/);
    deepEqual([...new Set(program.match(/@\w*/g))], ['@c', '@h']);
    for (const call of ['connect', 'listen'])
      match(blockOf(program, `syscalls:sys_enter_${call}`), /@c\[\(uint64\)tid\] = /);
    match(blockOf(program, 'sock:inet_sock_set_state'), /\$fd = @c\[\(uint64\)tid\]\.0;/);
    const last = program.lastIndexOf('tracepoint:syscalls:sys_exit_connect');
    ok(last > program.indexOf('tracepoint:syscalls:sys_exit_connect'), 'deleted after it was read');
    match(program.slice(last), /^[^}]*delete\(@c\[\(uint64\)tid\]\)/);
  });

  it('has no map of the arguments where nothing attaches to connect(2)', () => {
    doesNotMatch(assemble('6.18', { connectArguments: 'entry', concerns: ['transitions', 'accept'] }), /@/);
  });

  it('has no map of processes where nothing follows them', () => {
    doesNotMatch(assemble('6.18', { concerns: ['transitions', 'connect', 'accept'] }), /@/);
  });

  it('has no cgroup where it cannot be read', () => {
    doesNotMatch(assemble('6.18', { cgroup: false }), /sk_cgrp_data/);
  });

  it('refuses a macro with the wrong number of arguments', () => {
    const sourceOf = (name: string) => MADE_UP[name] ?? 'TWICE(1, 2)\n';
    throws(() => assemble('6.18', { concerns: ['transitions'], sourceOf }), /wrong use of TWICE/);
  });
});

describe('the names of reasons for a RST', () => {
  it('are those that the format file lists for the field', () => {
    const format =
      'print fmt: "state=%s reason=%s", __print_symbolic(REC->state, { 1, "TCP_ESTABLISHED" }), ' +
      '__print_symbolic(REC->reason, { 0, "NOT_SPECIFIED" }, { 2, "NO_SOCKET" })';
    deepEqual(
      [...symbolsOf(format, 'reason')],
      [
        [0, 'NOT_SPECIFIED'],
        [2, 'NO_SOCKET'],
      ],
    );
    deepEqual([...symbolsOf(format, 'other')], []);
  });
});

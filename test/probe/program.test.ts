import { deepEqual, doesNotMatch, equal, match, ok, throws } from 'node:assert/strict';
import { assembleProgram, CONCERNS, concernsOf, type ProgramOptions } from '../../src/probe/program.js';
import { symbolsOf } from '../../src/probe/tracefs.js';
import { formatsOf, type KERNELS } from './formats.js';

function assemble(kernel: keyof typeof KERNELS, more: Partial<ProgramOptions> = {}): string {
  const formatOf = formatsOf(kernel);
  const concerns = concernsOf(formatOf);
  return assembleProgram({ transport: 'map', concerns, cgroup: true, arrays: 'address', formatOf, ...more });
}

/** The block of the program that attaches to a tracepoint. */
function blockOf(program: string, tracepoint: string): string {
  const start = program.indexOf(`tracepoint:${tracepoint}`);
  ok(start >= 0, `${tracepoint} is not attached`);
  return program.slice(start, program.indexOf('\n}', start));
}

const MADE_UP: Readonly<Record<string, string>> = {
  'control.bt': 'interval:ms:250 { SENTINEL() }\n//split\ninterval:ms:250 { printf("H\\n"); }\n',
  'macros.bt': '//define TWICE(x)\n(x + x)\n//end\n',
};

describe('the BPF program', () => {
  for (const kernel of ['5.4', '6.1', '6.18'] as const) {
    for (const transport of ['map', 'text'] as const) {
      it(`is whole on Linux ${kernel} by ${transport}`, () => {
        const program = assemble(kernel, { transport });
        doesNotMatch(program, /\/\//, 'a comment or directive is left');
        doesNotMatch(
          program,
          /\b(EMIT|ADDRESSES|NETNS|REMOTE_PORT|FILE|AT4?|CGROUP|NAME_PROCESS|COMM|NO_CPU|SENTINEL|V6_HIGH|V6_LOW)\b/,
        );
        for (const [open, close] of ['{}', '()', '[]']) {
          equal(program.split(open ?? '').length, program.split(close ?? '').length, `${open} without ${close}`);
        }
        ok(program.startsWith('interval:'), 'the layout is printed first');
        ok(
          program.lastIndexOf('interval:') > program.lastIndexOf('tracepoint:'),
          'the heartbeat is the last to attach',
        );
        doesNotMatch(program, /^(BEGIN|END)\b/m, 'they need symbols that may be stripped');
      });
    }
  }

  it('leaves out the concerns whose tracepoints a kernel has not', () => {
    deepEqual(concernsOf(formatsOf('5.4')), ['transitions', 'connect', 'accept', 'retransmit', 'reset']);
    deepEqual(concernsOf(formatsOf('6.1')), CONCERNS);
    doesNotMatch(assemble('5.4'), /inet_sk_error_report/);
  });

  it('reads a sent reset as each kernel lays it out', () => {
    for (const kernel of ['5.4', '6.1'] as const) {
      const block = blockOf(assemble(kernel), 'tcp:tcp_send_reset');
      match(block, /args->sport/);
      doesNotMatch(block, /args->reason|args->saddr/);
    }
    const block = blockOf(assemble('6.18'), 'tcp:tcp_send_reset');
    match(block, /args->reason/);
    doesNotMatch(block, /args->sport/);
  });

  it('asks for the error of a retransmission where there is one', () => {
    doesNotMatch(blockOf(assemble('6.1'), 'tcp:tcp_retransmit_skb'), /args->err/);
    match(blockOf(assemble('6.18'), 'tcp:tcp_retransmit_skb'), /args->err/);
  });

  it('reads the bytes of an array in the way that a version of bpftrace accepts', () => {
    match(assemble('6.18', { arrays: 'address' }), /\*\(uint64 \*\)\(\(uint64\)args->saddr_v6 \+ 8\)/);
    match(assemble('6.18', { arrays: 'index' }), /\(uint64\)args->saddr_v6\[15\] << 56/);
  });

  it('writes the same values by both transports', () => {
    const values = (program: string, pattern: RegExp) => [...program.matchAll(pattern)].map(([, list]) => list);
    const key = '\\(\\(uint64\\)@n\\[\\(uint64\\)cpu\\] << 16\\) \\| \\(uint64\\)cpu';
    const byMap = values(assemble('6.18'), new RegExp(`@e\\[${key}\\] = \\((.*)\\);`, 'g'));
    const byText = values(
      assemble('6.18', { transport: 'text' }),
      new RegExp(`printf\\("E.*?", ${key}, (.*)\\);`, 'g'),
    );
    equal(byMap.length, 8);
    deepEqual(byText, byMap);
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

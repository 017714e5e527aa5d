import { doesNotMatch, equal, match } from 'node:assert/strict';
import { assembleProgram, CONCERNS, type ProgramOptions, RECORD_FIELDS } from '../../src/probe/program.js';

/** The fields of a format file, as the kernel writes them. */
function format(...fields: string[]): string {
  return fields.map((field) => `\tfield:${field};\toffset:8;\tsize:4;\tsigned:0;`).join('\n');
}

const LINUX_6_1 = new Map([
  ['tcp:tcp_retransmit_skb', format('const void * skbaddr', 'const void * skaddr', 'int state', '__u16 sport')],
  [
    'tcp:tcp_send_reset',
    format('const void * skbaddr', 'const void * skaddr', 'int state', '__u16 sport', '__u8 saddr[4]'),
  ],
]);
const LINUX_6_18 = new Map([
  ['tcp:tcp_retransmit_skb', format('const void * skaddr', 'int state', 'int err')],
  ['tcp:tcp_send_reset', format('const void * skaddr', 'int state', 'enum sk_rst_reason reason', '__u8 saddr[28]')],
]);

function assembled(formats: ReadonlyMap<string, string>, more: Partial<ProgramOptions> = {}): string {
  return assembleProgram({
    transport: 'map',
    concerns: CONCERNS,
    cgroup: true,
    arrays: 'address',
    formatOf: (name) => formats.get(name),
    ...more,
  });
}

describe('the BPF program', () => {
  it('reads only the fields that the kernel has', () => {
    const older = assembled(LINUX_6_1);
    doesNotMatch(older, /args->err\b|args->reason/);
    match(older, /tcp_send_reset \{[^}]*\$port = \(uint64\)args->sport/s);
    const newer = assembled(LINUX_6_18);
    match(newer, /args->err < 0/);
    match(newer, /\$reason = \(uint64\)args->reason \+ 1/);
  });

  it('has no macro or directive left in any dialect', () => {
    for (const arrays of ['address', 'index'] as const) {
      for (const transport of ['map', 'text'] as const) {
        const program = assembled(LINUX_6_18, { arrays, transport });
        doesNotMatch(
          program,
          /\b(EMIT|COMM|SENTINEL|CLEAR|CGROUP|AT|AT4|ADDRESSES|NETNS|REMOTE_PORT|NAME_PROCESS|FILE)\(/,
        );
        doesNotMatch(program, /^\/\//m);
      }
    }
  });

  it('writes the same number of fields for every event, by map and by text', () => {
    const byMap = assembled(LINUX_6_18);
    for (const [, values = ''] of byMap.matchAll(/@e\[\(\(uint64\)@n.*?\] = \((.*)\);/g)) {
      equal(values.split(', ').length, RECORD_FIELDS);
    }
    const byText = assembled(LINUX_6_18, { transport: 'text' });
    for (const [, places = ''] of byText.matchAll(/printf\("E ([^"]*)\\n"/g))
      equal(places.split(' ').length, RECORD_FIELDS + 1);
  });

  it('ends with the heartbeat: its first word means that everything is attached', () => {
    match(assembled(LINUX_6_18), /interval:ms:250 \{\s*printf\("H\\n"\);\s*\}\s*END \{[^}]*\}\s*$/);
  });

  it('does without the concerns that are left out', () => {
    const program = assembled(LINUX_6_18, { concerns: ['transitions'] });
    match(program, /tracepoint:sock:inet_sock_set_state/);
    doesNotMatch(program, /tracepoint:tcp|tracepoint:syscalls/);
  });
});

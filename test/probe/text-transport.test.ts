import { deepEqual, equal } from 'node:assert/strict';
import { CPU_BITS, RECORD_FIELDS } from '../../src/probe/program.js';
import { RecordOrder } from '../../src/probe/record-order.js';
import { TextTransport } from '../../src/probe/text-transport.js';

/** The line of an accept(2) by process 4242. */
function line(cpu: number, sequence: number, nsecs: number): string {
  const key = (BigInt(sequence) << BigInt(CPU_BITS)) | BigInt(cpu);
  const fields = Array<bigint>(RECORD_FIELDS).fill(0n);
  fields[0] = BigInt(nsecs);
  fields[2] = 3n;
  fields[8] = (4_242n << 32n) | 4_242n;
  return `E ${[key, ...fields].map((field) => field.toString(16)).join(' ')}`;
}

function play(...lines: string[]) {
  const transport = new TextTransport(() => undefined);
  const order = new RecordOrder(0, transport.context);
  for (const each of lines) transport.line(each);
  const slices = [...order.finish(transport.lastPass(order))];
  return { events: slices.flatMap(({ events }) => events), losses: slices.flatMap(({ losses }) => losses) };
}

describe('records as text', () => {
  it('come in the order of time, with the name of their process', () => {
    const { events } = play('P 4242 java\\x00\\x00', line(300, 1, 2_000), line(0, 1, 1_000));
    deepEqual(
      events.map((event) => [event.bootUs, event.kind === 'accept' ? event.task.comm : undefined]),
      [
        [1, 'java'],
        [2, 'java'],
      ],
    );
  });

  it('cannot be forged by a name, whatever bytes it has', () => {
    const { events } = play('P 4242 \\x0aE 1\\xc3\\xa4', line(0, 1, 1_000), 'E 1 2 3', 'nonsense', '');
    deepEqual(
      events.map((event) => (event.kind === 'accept' ? event.task.comm : undefined)),
      ['\nE 1ä'],
    );
  });

  it('are held against the counts that the programs end with', () => {
    const { events, losses } = play(line(0, 1, 1_000), line(0, 3, 3_000), '@n[0]: 5', '@n[1]: 2', '@n[65535]: 1');
    equal(events.length, 2);
    deepEqual(
      losses.map(({ cpu, lost }) => [cpu, lost]),
      [
        [0, 1],
        [0, 2],
        [1, 2],
      ],
    );
  });
});

/** Values of a connection's row that no recorder writes. */
import { closedSourceOfCode, closeReasonOfCode, originOfCode, sourceOfCode } from '../model/stored-codes.js';
import { stateOfCode } from '../model/tcp-state.js';
import type { SocketValues } from '../store/socket-columns.js';

type Test = (value: unknown) => boolean;

const isCount: Test = (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
const isPort: Test = (value) => isCount(value) && Number(value) <= 65_535;
const isAddress: Test = (value) => typeof value === 'string' && /^[\d.]+$|^[\da-f:.]*$/.test(value);
/** Wall time, microseconds; until the year 2128. */
const isTime: Test = (value) => isCount(value) && Number(value) < 5e15;
const isCodeOf =
  (nameOf: (code: number) => unknown): Test =>
  (value) =>
    typeof value === 'number' && nameOf(value) !== undefined;
const isText: Test = (value) => typeof value === 'string';
const orNull =
  (test: Test): Test =>
  (value) =>
    value === null || test(value);

/** In the order of SocketValues. */
const COLUMNS: readonly (readonly [column: string, test: Test])[] = [
  ['id', isCount],
  ['netns', isCount],
  ['family', (value) => value === 4 || value === 6],
  ['local_addr', isAddress],
  ['local_port', isPort],
  ['remote_addr', isAddress],
  ['remote_port', isPort],
  ['state', isCodeOf(stateOfCode)],
  ['opened_us', isTime],
  ['opened_not_before_us', orNull(isTime)],
  ['opened_source', isCodeOf(sourceOfCode)],
  ['closed_us', orNull(isTime)],
  ['closed_not_before_us', orNull(isTime)],
  ['closed_source', orNull(isCodeOf(closedSourceOfCode))],
  ['origin', isCodeOf(originOfCode)],
  ['close_reason', orNull(isCodeOf(closeReasonOfCode))],
  ['pid', orNull(isCount)],
  ['tid', orNull(isCount)],
  ['comm', orNull(isText)],
  ['fd', orNull(isCount)],
  ['uid', orNull(isCount)],
  ['inode', orNull(isCount)],
  ['cookie', orNull(isCount)],
  ['cgroup_id', orNull(isCount)],
  ['bytes_sent', orNull(isCount)],
  ['bytes_received', orNull(isCount)],
  ['retransmits', isCount],
  ['rtt_us', orNull(isCount)],
];

/** One text for each damaged value; empty: the row can be read. */
export function damagedValues(values: SocketValues): string[] {
  return COLUMNS.flatMap(([column, test], index) =>
    test(values[index]) ? [] : [`its ${column} is ${JSON.stringify(String(values[index])).slice(0, 60)}`],
  );
}

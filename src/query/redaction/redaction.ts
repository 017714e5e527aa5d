/** What is left out, or replaced, where a history is given to others: addresses, names, command names. */
import type { ExportedColumn, ExportedValue } from '../exported-rows.js';
import type { HistoryRow } from '../history-rows.js';
import type { AddressPermutation } from './address-permutation.js';

/** In place of the name of the host. */
const REDACTED = 'redacted';

/** Columns of exported tables with an address. */
const ADDRESSES: ReadonlySet<string> = new Set(['local_addr', 'remote_addr', 'address']);
/** Columns with a name, or with a text that may contain one. */
const NAMES: ReadonlySet<string> = new Set([
  ...['comm', 'cgroup', 'container', 'pod', 'unit', 'netns_name', 'name', 'device'],
  ...['host', 'boot_id', 'notes', 'holders'],
]);

/** `10.0.0.1:80`, `[::1]:80`: the ends in the detail of an event. */
const ENDPOINT = /(?<=^|\s)(?:\[([^\]\s]+)\]|(\d+\.\d+\.\d+\.\d+))(?=:\d+)/g;

/** A row without what is left out; undefined: nothing is left of it. */
export function redactedRow(row: HistoryRow, addresses: AddressPermutation): HistoryRow | undefined {
  switch (row.kind) {
    case 'cgroup':
    case 'name':
      return undefined;
    case 'connection': {
      const { tuple } = row.row;
      const [localAddr, remoteAddr] = [addresses.of(tuple.localAddr), addresses.of(tuple.remoteAddr)];
      return { kind: row.kind, row: { ...row.row, tuple: { ...tuple, localAddr, remoteAddr }, comm: undefined } };
    }
    case 'owner':
      return { kind: row.kind, row: { ...row.row, comm: '' } };
    case 'thread':
      return { kind: row.kind, row: { ...row.row, comm: '' } };
    case 'event':
      return { kind: row.kind, row: { ...row.row, detail: redactedDetail(row.row.detail, addresses) } };
    case 'bound':
      return {
        kind: row.kind,
        row: {
          ...row.row,
          localAddr: addresses.of(row.row.localAddr),
          holders: '[]',
          details: withoutDevice(row.row.details),
        },
      };
    case 'sample':
      return { kind: row.kind, row: { ...row.row, device: undefined } };
    case 'namespace':
      return { kind: row.kind, row: { ...row.row, name: undefined } };
    case 'run':
      return { kind: row.kind, row: { ...row.row, host: REDACTED, bootId: '', notes: '' } };
    case 'snapshot':
    case 'gap':
    case 'pruning':
    case 'sockstat':
    case 'timewaits':
      return row;
  }
}

/** Redacts rows of an exported table, in place. */
export function columnRedaction(
  columns: readonly ExportedColumn[],
  addresses: AddressPermutation,
): (row: ExportedValue[]) => void {
  const places = columns.flatMap(({ name }, index): [number, (text: string) => string | null][] => {
    if (ADDRESSES.has(name)) return [[index, (text) => addresses.of(text)]];
    if (name === 'details') return [[index, withoutDevice]];
    if (name === 'detail') return [[index, (text) => redactedDetail(text, addresses)]];
    return NAMES.has(name) ? [[index, () => null]] : [];
  });
  return (row) => {
    for (const [index, redacted] of places) {
      const value = row[index];
      if (value !== null && value !== undefined) row[index] = redacted(String(value));
    }
  };
}

/** Of the details of a bound socket; those of a sample have none. What cannot be read is left out. */
function withoutDevice(details: string): string {
  try {
    const { device: _, ...others } = JSON.parse(details) as { device?: string };
    return JSON.stringify(others);
  } catch {
    return '{}';
  }
}

function redactedDetail(detail: string, addresses: AddressPermutation): string {
  return detail.replace(ENDPOINT, (_, six: string | undefined, four: string | undefined) =>
    six === undefined ? addresses.of(four ?? '') : `[${addresses.of(six)}]`,
  );
}

/**
 * What a line has about a socket, part by part, as tables: a program that lists sockets once takes longer to have the engine compile a call
 * for each part than to go through a table.
 */
import { FIELD_NUMBERS, INFO_NUMBERS, NUMBER_AT, ROW_NUMBERS, type RowNumber } from '../../model/row-numbers.js';
import { TIMER_KINDS } from '../../model/socket-row.js';
import { type CellBytes, type Label, label, type Unit } from './cell-bytes.js';
import type { KnownRow, ShownSocket } from './shown-socket.js';

export interface Part {
  /** It is left out where this is not known. */
  readonly at: number;
  /** It is left out where the number is one of these. */
  readonly omitted: number;
  readonly alsoOmitted: number;
  /** A label with the number; undefined: `phrase` writes it. */
  readonly label: Label | undefined;
  readonly unit: Unit;
  readonly phrase: Phrase;
}

/** Writes what is more than a label with a number. */
export type Phrase = (out: CellBytes, socket: ShownSocket) => void;

const NOTHING: Phrase = () => undefined;

/** A label with a number: nothing where that is 0, unknown, or `alsoOmitted`. */
export function word(
  text: string,
  number: RowNumber,
  { unit = 'number', omitted = 0, alsoOmitted = 0 }: Partial<Part> = {},
): Part {
  return { at: NUMBER_AT[number], omitted, alsoOmitted, label: label(text), unit, phrase: NOTHING };
}

/** Nothing where the number is unknown. */
export function phrase(number: RowNumber, write: Phrase): Part {
  const never = Number.NaN;
  return { at: NUMBER_AT[number], omitted: never, alsoOmitted: never, label: undefined, unit: 'number', phrase: write };
}

/** Has the numbers of a socket: a row of sock_diag, or what was collected of another one. */
interface Numbers {
  readonly number: (place: number) => number;
}

/** ROW_NUMBERS of a row that is not one of sock_diag. */
class CollectedNumbers implements Numbers {
  private readonly numbers = new Float64Array(ROW_NUMBERS.length).fill(Number.NaN);

  number(place: number): number {
    return this.numbers[place] as number;
  }

  put(name: RowNumber, value: number | boolean | undefined): void {
    if (value !== undefined) this.numbers[NUMBER_AT[name]] = Number(value);
  }
}

let current: Numbers = new CollectedNumbers();

/** A number of the socket that is being written; NaN: it is not known. */
export function numberOf(number: RowNumber): number {
  return current.number(NUMBER_AT[number]);
}

/** To be called before the parts of a socket are written. */
export function readNumbers(row: KnownRow): void {
  current = isNumbers(row) ? row : collectNumbers(row);
}

function isNumbers(row: KnownRow): row is KnownRow & Numbers {
  return row.number !== undefined;
}

function collectNumbers(row: KnownRow): Numbers {
  const { tuple, info, timer, congestionInfo: of } = row;
  const numbers = new CollectedNumbers();
  for (const name of FIELD_NUMBERS) numbers.put(name, row[name]);
  numbers.put('localPort', tuple.localPort);
  numbers.put('remotePort', tuple.remotePort);
  if (timer !== undefined) numbers.put('timer', TIMER_KINDS.indexOf(timer.kind));
  if (tuple.family === 6) numbers.put('v6only', row.v6only);
  if (row.memory !== undefined) numbers.put('memory', 1);
  if (row.ulp !== undefined || row.ulpInfo !== undefined) numbers.put('ulp', 1);
  if (of?.['alpha'] !== undefined) numbers.put('dctcp', 1);
  numbers.put('bbrBandwidth', of?.['bw']);
  numbers.put('bbrMinRttUs', of?.['min_rtt']);
  numbers.put('bbrPacingGain', of?.['pacing_gain']);
  numbers.put('bbrCwndGain', of?.['cwnd_gain']);
  if (info === undefined) return numbers;
  numbers.put('info', 1);
  numbers.put('appLimited', info.deliveryRateAppLimited);
  for (const name of INFO_NUMBERS) numbers.put(name, info[name]);
  return numbers;
}

/** Writes the parts that there are of the socket whose numbers were read. */
export function writeParts(out: CellBytes, socket: ShownSocket, parts: readonly Part[]): void {
  const numbers = current;
  for (let index = 0; index < parts.length; index++) {
    const { at, omitted, alsoOmitted, label, unit, phrase } = parts[index] as Part;
    const value = numbers.number(at);
    if (Number.isNaN(value) || value === omitted || value === alsoOmitted) continue;
    if (label === undefined) phrase(out, socket);
    else out.word(label, value, unit);
  }
}

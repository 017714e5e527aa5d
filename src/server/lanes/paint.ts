/** What the parts of a lane show, as indices into PAINTS: the smaller one is the worse. */
import type { CloseReason } from '../../model/stored-codes.js';
import { shownState, stateOfCode } from '../../model/tcp-state.js';
import { PAINTS, type Paint } from '../contract.js';

const PLACE: ReadonlyMap<string, number> = new Map(PAINTS.map((paint, place) => [paint, place]));

const PAINT_OF_REASON: Readonly<Partial<Record<CloseReason, Paint>>> = {
  'reset by peer': 'reset',
  aborted: 'reset',
  refused: 'refused',
  'timed out': 'timed-out',
  unreachable: 'failed',
  destroyed: 'failed',
  failed: 'failed',
};

/** The paints that mark an end. */
export const LAST_ENDING = placeOf('failed');
/** The states that are a trouble where they last. */
export const LAST_TROUBLE = placeOf('CLOSE-WAIT');

function placeOf(name: Paint): number {
  return PLACE.get(name) ?? PAINTS.length;
}

const LAST_CODE = 15;
const PAINT_OF_CODE: readonly (number | undefined)[] = Array.from({ length: LAST_CODE + 1 }, (_, code) => {
  const state = stateOfCode(code);
  return state && PLACE.get(shownState(state));
});

/** Of a state, by its code; undefined for UNCONN, which a lane does not have. */
export function paintOfCode(code: number): number | undefined {
  return PAINT_OF_CODE[code];
}

/** Of an end; undefined for one in order. */
export function paintOfReason(reason: CloseReason | undefined): number | undefined {
  const paint = reason && PAINT_OF_REASON[reason];
  return paint && PLACE.get(paint);
}

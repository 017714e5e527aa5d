import type { LoggedConnection } from '../model/connection.js';
import type { Place, PlacesOf } from '../model/place.js';
import type { Step } from '../model/step.js';
import { shownState, type TcpState } from '../model/tcp-state.js';
import { durationText, localTime } from '../model/time-text.js';
import { ConnectionParts, type LineOrder } from './connection-parts.js';
import { type Ink, noInk } from './ink.js';
import { placeText } from './place-text.js';
import { endsText, inOnePiece, openerText } from './text.js';

/** The parts that all lines of a connection share. */
interface Shared {
  readonly ends: string;
  readonly process: string;
  /** The name of the namespace that it contains, which may be another one at the next line. */
  readonly netnsName: string | undefined;
}

function sharedParts(connection: LoggedConnection, place: Place): Shared {
  return {
    ends: inOnePiece(`  ${endsText(connection)}  `),
    process: inOnePiece(`  ${openerText(connection)}${placeText(place)}`),
    netnsName: place.netnsName,
  };
}

export interface LineLooks {
  readonly timeText: (us: number) => string;
  readonly ink: Ink;
  readonly order: LineOrder;
}

export const PLAIN_LOOKS: LineLooks = { timeText: localTime, ink: noInk, order: 'oldestFirst' };

/** Writes many transitions, one line each. */
export class TransitionLines {
  private readonly shared: ConnectionParts<Shared>;
  private readonly changes = new Map<TcpState, Map<TcpState, string>>();

  constructor(
    private readonly places: PlacesOf<LoggedConnection>,
    private readonly looks: LineLooks = PLAIN_LOOKS,
  ) {
    this.shared = new ConnectionParts(
      (connection, step) => sharedParts(connection, places.at(connection, step.atUs)),
      looks.order,
    );
  }

  line(connection: LoggedConnection, step: Step): string {
    const shared = this.shared.of(connection, step);
    const netnsName = this.places.netnsNameAt(connection, step.atUs);
    const now =
      shared.netnsName === netnsName ? shared : sharedParts(connection, this.places.at(connection, step.atUs));
    return this.lineOf(connection, step, now);
  }

  /** A transition as a line of `sstory log`. `~` marks what was inferred, with the earliest time it can have happened. */
  private lineOf(connection: LoggedConnection, step: Step, { ends, process }: Shared): string {
    let line = this.looks.timeText(step.atUs) + ends + this.changeText(step) + process;
    const mark = markText(step);
    if (mark !== '') line += `  ${mark}`;
    const reason = endReason(connection, step);
    if (reason !== '') line += `  ${reason === 'orderly' ? reason : this.looks.ink.strong(reason)}`;
    return line;
  }

  /** `ESTAB -> FIN-WAIT-1`. Each of the few is built once: building them for every line took 5 % of the log's time. */
  private changeText({ oldState, newState }: Step): string {
    let ofOld = this.changes.get(oldState);
    if (ofOld === undefined) {
      ofOld = new Map();
      this.changes.set(oldState, ofOld);
    }
    let text = ofOld.get(newState);
    if (text === undefined) {
      const { state } = this.looks.ink;
      text = `${state(oldState, shownState(oldState))} -> ${state(newState, shownState(newState))}`;
      ofOld.set(newState, text);
    }
    return text;
  }
}

function markText(step: Step): string {
  if (step.source === 'probe' && step.notBeforeUs === undefined) return '';
  if (step.notBeforeUs === undefined) return `(${step.source})`;
  const since = step.notBeforeUs === 0 ? 'at or before' : `within ${durationText(step.atUs - step.notBeforeUs)}`;
  return `~${step.source} ${since}`;
}

/** Why the connection ended, if it did with this step; otherwise empty. */
export function endReason(connection: LoggedConnection, step: Step): string {
  const ended = step.newState === 'UNCONN' && step.atUs === connection.closedUs;
  return ended && connection.closeReason !== undefined ? connection.closeReason : '';
}

import type { LoggedConnection } from '../model/connection.js';
import { isPrintable, printableJson } from '../model/printable.js';
import type { Step } from '../model/step.js';
import { shownState, type TcpState } from '../model/tcp-state.js';
import { durationText, isoTime, localTime } from '../model/time-text.js';
import { endsText, inOnePiece, processText } from './text.js';

/** The parts that all lines of a connection share. */
interface Shared {
  readonly ends: string;
  readonly process: string;
}

function sharedParts(connection: LoggedConnection): Shared {
  return {
    ends: inOnePiece(`  ${endsText(connection)}  `),
    process: inOnePiece(`  ${processText(connection)}`),
  };
}

/** Writes many transitions: what the lines of a connection share is built once, and kept until the connection closes. */
export class TransitionLines {
  private readonly known = new Map<number, { readonly connection: LoggedConnection; readonly shared: Shared }>();

  line(connection: LoggedConnection, step: Step): string {
    const { id } = connection;
    const known = this.known.get(id);
    const shared = known?.connection === connection ? known.shared : sharedParts(connection);
    if (step.newState === 'UNCONN') this.known.delete(id);
    else if (known?.connection !== connection) this.known.set(id, { connection, shared });
    return transitionLine(connection, step, shared);
  }
}

/** A transition as a line of `sstory log`. `~` marks what was inferred, with the earliest time it can have happened. */
export function transitionLine(connection: LoggedConnection, step: Step, shared = sharedParts(connection)): string {
  const { ends, process } = shared;
  let line = localTime(step.atUs) + ends + changeText(step) + process;
  const mark = markText(step);
  if (mark !== '') line += `  ${mark}`;
  const reason = reasonText(connection, step);
  if (reason !== '') line += `  ${reason}`;
  return line;
}

const changeTexts = new Map<TcpState, Map<TcpState, string>>();

/** `ESTAB -> FIN-WAIT-1`. Each of the few is built once: building them for every line took 5 % of the log's time. */
function changeText({ oldState, newState }: Step): string {
  let ofOld = changeTexts.get(oldState);
  if (ofOld === undefined) {
    ofOld = new Map();
    changeTexts.set(oldState, ofOld);
  }
  let text = ofOld.get(newState);
  if (text === undefined) {
    text = `${shownState(oldState)} -> ${shownState(newState)}`;
    ofOld.set(newState, text);
  }
  return text;
}

function markText(step: Step): string {
  if (step.source === 'probe' && step.notBeforeUs === undefined) return '';
  if (step.notBeforeUs === undefined) return `(${step.source})`;
  const since = step.notBeforeUs === 0 ? 'at or before' : `within ${durationText(step.atUs - step.notBeforeUs)}`;
  return `~${step.source} ${since}`;
}

function reasonText(connection: LoggedConnection, step: Step): string {
  const ended = step.newState === 'UNCONN' && step.atUs === connection.closedUs;
  return ended && connection.closeReason !== undefined ? connection.closeReason : '';
}

/** A transition as one line of JSON: stable keys, times in microseconds since the epoch with an ISO twin. */
export function transitionJson(connection: LoggedConnection, step: Step): string {
  const { tuple, comm = '' } = connection;
  // Written out instead of spread from connectionFields(): a spread costs `log --json` 7 % of its time.
  const json = JSON.stringify({
    type: 'transition',
    at_us: step.atUs,
    at: isoTime(step.atUs),
    not_before_us: step.notBeforeUs ?? null,
    connection_id: connection.id,
    netns: connection.netns,
    family: tuple.family,
    local_addr: tuple.localAddr,
    local_port: tuple.localPort,
    remote_addr: tuple.remoteAddr,
    remote_port: tuple.remotePort,
    old_state: shownState(step.oldState),
    new_state: shownState(step.newState),
    source: step.source,
    origin: connection.origin,
    pid: connection.pid ?? null,
    comm: connection.comm ?? null,
    close_reason: reasonText(connection, step) || null,
  });
  // The texts that are not from a list of ours: looking at the whole line costs `log --json` 13 % of its time.
  return isPrintable(comm) && isPrintable(tuple.localAddr) && isPrintable(tuple.remoteAddr)
    ? json
    : printableJson(json);
}

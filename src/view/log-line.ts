import type { Gap, LoggedConnection } from '../model/connection.js';
import { endpoint } from '../model/four-tuple.js';
import type { Step } from '../model/step.js';
import { shownState, type TcpState } from '../model/tcp-state.js';
import { durationText, isoTime, localTime } from '../model/time-text.js';
import { inOnePiece } from './flat-text.js';

/** What all lines of a connection share, kept with it. */
interface Told {
  readonly ends: string;
  readonly process: string;
}

const TOLD = Symbol('told');

function toldOf(connection: LoggedConnection & { [TOLD]?: Told }): Told {
  let told = connection[TOLD];
  if (told === undefined) {
    const { localAddr, localPort, remoteAddr, remotePort } = connection.tuple;
    told = {
      ends: inOnePiece(`  ${endpoint(localAddr, localPort)} > ${endpoint(remoteAddr, remotePort)}  `),
      process: inOnePiece(`  ${processText(connection)}`),
    };
    connection[TOLD] = told;
  }
  return told;
}

/** A transition as a line of `sstory log`. `~` marks what was inferred, with the earliest time it can have happened. */
export function transitionLine(connection: LoggedConnection, step: Step): string {
  // Of few pieces, which are put together once for each connection: a million of these are told in two seconds.
  const { ends, process } = toldOf(connection);
  let line = localTime(step.atUs) + ends + changeText(step) + process;
  const mark = markText(step);
  if (mark !== '') line += `  ${mark}`;
  const reason = reasonText(connection, step);
  if (reason !== '') line += `  ${reason}`;
  return line;
}

const changeTexts = new Map<TcpState, Map<TcpState, string>>();

/** `ESTAB -> FIN-WAIT-1`. There are few of them, and each is put together once: that is a twentieth of the log's time. */
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

function processText({ pid, comm }: LoggedConnection): string {
  return pid === undefined ? '-' : `${printable(comm ?? '?')}[${pid}]`;
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

/** A gap as a line of its own between the transitions. */
export function gapLine(gap: Gap): string {
  const lost = gap.lost === undefined ? 'events' : `${gap.lost} events`;
  const cpu = gap.cpu === undefined ? '' : ` on CPU ${gap.cpu}`;
  const what = gap.reason === 'clock' ? 'wall clock stepped' : `${lost} lost${cpu}`;
  return `${localTime(gap.fromUs)}  -- ${what} (${gap.reason}), until ${localTime(gap.toUs)} --`;
}

const UNPRINTABLE = /[^\x20-\x7e]/;

/** A command name is any 15 bytes: what is not printable is shown escaped, so that no name can forge a line. */
export function printable(text: string): string {
  if (!UNPRINTABLE.test(text)) return text;
  return text.replace(/[^\x20-\x7e]/g, (char) => {
    const code = char.codePointAt(0) ?? 0;
    return code > 0x9f ? char : `\\x${code.toString(16).padStart(2, '0')}`;
  });
}

/** A transition as one line of JSON: stable keys, times in microseconds since the epoch with an ISO twin. */
export function transitionJson(connection: LoggedConnection, step: Step): string {
  const { tuple } = connection;
  return JSON.stringify({
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
}

export function gapJson(gap: Gap): string {
  return JSON.stringify({
    type: 'gap',
    from_us: gap.fromUs,
    to_us: gap.toUs,
    cpu: gap.cpu ?? null,
    lost: gap.lost ?? null,
    reason: gap.reason,
  });
}

/** Both ends of a connection, for people and as JSON. */
import { jsonText, printable } from '../../model/printable.js';
import { shownState } from '../../model/tcp-state.js';
import { isoTime } from '../../model/time-text.js';
import { connectionFields, placeFields } from '../../view/connection-json.js';
import { sentenceJson } from '../../view/explanation-json.js';
import { explanationLines, momentsOf, sentenceLines } from '../../view/explanation-lines.js';
import type { BothEnds } from './both-ends.js';
import type { Side } from './side.js';

/** The connection, with its host before its id: `web-1:25  10.4.1.9:54816 > 10.4.1.80:9200 ...`. */
export function sideLines({ machine, subject, place }: Side, width: number): string[] {
  const lines = explanationLines({ subject, troubles: [], sentences: [] }, { during: () => place }, width);
  return lines.map((line) => line.replace(/^#/, () => `${printable(machine.host)}:`));
}

/** What both ends say, wrapped. */
export function endsLines({ here, sentences }: BothEnds, width: number): string[] {
  const moment = momentsOf(here.subject.ended?.atUs ?? here.subject.atUs);
  return sentences.flatMap((sentence) => sentenceLines(sentence, moment, width));
}

/** As one line of JSON: stable keys, times in microseconds since the epoch, each by the clock of its host. */
export function endsJson({ here, there, verdict, isInferred, sentences }: BothEnds): string {
  const clock = there?.clock.isMeasured === true ? there.clock : undefined;
  return jsonText({
    type: 'ends',
    ...sideFields(here),
    at_us: here.subject.atUs,
    at: isoTime(here.subject.atUs),
    verdict,
    inferred: isInferred,
    other: there === undefined ? null : sideFields(there),
    clock_us: clock?.offsetUs ?? null,
    clock_error_us: clock?.errorUs ?? null,
    sentences: sentences.map(sentenceJson),
  });
}

function sideFields({ machine: { host, machine, file }, connection, place, subject }: Side) {
  const { state, since, ended } = subject;
  return {
    ...{ host, machine, file },
    connection_id: connection.id,
    ...connectionFields(connection),
    ...placeFields(place),
    pid: connection.pid ?? null,
    comm: connection.comm ?? null,
    state: shownState(state),
    since_us: since?.atUs ?? null,
    since_not_before_us: since?.notBeforeUs ?? null,
    closed_us: ended?.atUs ?? null,
    close_reason: ended?.reason ?? null,
  };
}

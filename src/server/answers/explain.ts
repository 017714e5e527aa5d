import { ExplainContext } from '../../explain/context.js';
import { explain } from '../../explain/explain.js';
import { type Subject, subjectAt } from '../../explain/subject.js';
import { troublesIn } from '../../explain/troubles/troubles.js';
import { SstoryError, usageError } from '../../model/error.js';
import { jsonText } from '../../model/printable.js';
import { localTime } from '../../model/time-text.js';
import { connectionOfId } from '../../request/connection-ids.js';
import { localPortsOf } from '../../request/local-ports.js';
import { recordedMoment } from '../../request/recorded-window.js';
import { noteGaps, notePruned } from '../../request/window-notes.js';
import { explanationJson, troubleJson } from '../../view/explanation-json.js';
import { momentsOf, sentenceText } from '../../view/explanation-lines.js';
import type { ExplainEnd } from '../contract.js';
import type { Asked } from './asked.js';
import { inTimeZone } from './time-zone.js';

const DEFAULT_TROUBLES = 20;
const MOST_TROUBLES = 200;

/** Accepts a line; resolves when there is room for the next one. */
type PutLine = (text: string) => Promise<void>;

/** GET /api/explain: passes on lines of JSON. */
export async function explainLines(asked: Asked, line: PutLine): Promise<void> {
  const id = asked.query.whole('id', { least: 1, most: Number.MAX_SAFE_INTEGER, otherwise: 0 });
  using _zone = inTimeZone(asked.query.text('tz'));
  const count = id === 0 ? await explainTroubles(asked, line) : await explainConnection(asked, id, line);
  const end: ExplainEnd = { type: 'end', count, notes: asked.notes };
  await line(jsonText(end));
}

async function explainConnection(asked: Asked, id: number, line: PutLine): Promise<number> {
  const { database, span } = asked;
  const subject = subjectOf(asked, id);
  const context = new ExplainContext(database, span, {
    atUs: subject.atUs,
    localPorts: localPortsOf(database, subject.atUs),
  });
  context.peers.readAhead([subject.connection.tuple.remoteAddr]);
  const explanation = explain(subject, context);
  const moment = momentsOf(subject.ended?.atUs ?? subject.atUs);
  const text = explanation.sentences.map((sentence) => sentenceText(sentence, moment));
  await line(withText(explanationJson(explanation, asked.places), text));
  return 1;
}

function subjectOf(asked: Asked, id: number): Subject {
  const { database, span, file } = asked;
  const connection = connectionOfId(database, id, file);
  const at = asked.timeText('at');
  // During a run, a connection may have been recorded after the run's last heartbeat.
  const atUs =
    at === undefined
      ? Math.max(span.toUs, connection.closedUs ?? 0, connection.steps.at(-1)?.atUs ?? 0)
      : recordedMoment('at', at, span, file, asked.note);
  const subject = subjectAt(connection, atUs);
  if (subject !== undefined) return subject;
  throw new SstoryError('outside', `connection ${id} was not open yet at ${localTime(atUs)}`, {
    hint: `it was opened at ${localTime(connection.openedUs)}`,
  });
}

async function explainTroubles(asked: Asked, line: PutLine): Promise<number> {
  const { database, span, query } = asked;
  const asks = asked.window();
  const window = { fromUs: asks.fromUs, toUs: Math.max(asks.fromUs, Math.min(asks.toUs, span.toUs)) };
  const limit = query.whole('limit', { least: 1, most: MOST_TROUBLES, otherwise: DEFAULT_TROUBLES });
  const filter = await asked.filter(window);
  if (filter?.states !== undefined)
    throw usageError('usage', 'troubles are looked for in every state: remove `state` from the filter');
  notePruned(database, window.fromUs, asked.note);
  const context = new ExplainContext(database, span, {
    atUs: window.toUs,
    localPorts: localPortsOf(database, window.toUs),
  });
  const { troubles, count } = troublesIn(context, { ...window, condition: filter?.condition }, limit);
  for (const trouble of troubles) {
    const moment = momentsOf(trouble.toUs);
    const text = trouble.sentences.map((sentence) => sentenceText(sentence, moment));
    await line(withText(troubleJson(trouble, asked.places), text));
  }
  noteGaps(context.gapsTouching(window.fromUs, window.toUs), window, asked.note);
  return count;
}

/** The line with a member `text`: its sentences. */
function withText(line: string, text: readonly string[]): string {
  return `${line.slice(0, -1)},"text":${jsonText(text)}}`;
}

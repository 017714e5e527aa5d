/** `sstory timeline --fleet`: connections of many hosts, those of a host together. */
import { conditionOfIds, parseFleetId } from '../../fleet/connection-of-id.js';
import { type HostWith, hostsWith } from '../../fleet/page/hosts-with.js';
import { usageError } from '../../model/error.js';
import { printable } from '../../model/printable.js';
import type { TcpState } from '../../model/tcp-state.js';
import { gapsTouching } from '../../query/gaps.js';
import { TimelineReader } from '../../query/timeline.js';
import { spanOf } from '../../request/recorded-window.js';
import { barHead } from '../../view/timeline-bar.js';
import { closing } from '../closing.js';
import { matchingLives } from '../history/matching-lives.js';
import { type TimelineLooks, timelineText } from '../history/timeline-text.js';
import { LineOutput } from '../output/line-output.js';
import { say } from '../output/say.js';
import { isUtf8 } from '../output/terminal-looks.js';
import type { FleetAsked } from './asked.js';
import { hostJson, hostLine } from './host-line.js';
import { askFleet, type FleetQuestion, type QuestionOptions } from './question.js';
import { sliceOf } from './slice-file.js';

export interface FleetTimelineOptions extends QuestionOptions, TimelineLooks {
  readonly minDuration?: number;
  readonly id?: number;
  readonly connections?: number;
}

/** Words are a filter, or connections as HOST:ID. Resolves with the exit code. */
export async function timelinesOfFleet(
  asked: FleetAsked,
  options: FleetTimelineOptions,
  words: readonly string[],
): Promise<number> {
  if (options.id !== undefined)
    throw usageError('usage', '--id is of one host: with --fleet, HOST:ID', 'sstory timeline web-1:25 --fleet URL');
  const ids = words.map(parseFleetId).filter((id) => id !== undefined);
  const areIds = ids.length > 0 && ids.length === words.length;
  const output = new LineOutput(process.stdout);
  const count = await askFleet(
    asked,
    // Connections that are named are shown whole.
    areIds ? { ...options, isSmall: true } : options,
    areIds ? [] : words,
    output,
    (question) => show(areIds ? { ...question, condition: conditionOfIds(ids) } : question, options, output),
  );
  await output.flush();
  if (count === 0) say('no matching connections in this time range');
  return 0;
}

async function show(
  { fleet, window, condition, states }: FleetQuestion,
  options: FleetTimelineOptions,
  output: LineOutput,
): Promise<number> {
  const isBar = options.oneline === true && options.json !== true && options.pcapFilter !== true;
  let count = 0;
  for (const host of await hostsWith(fleet, condition, { window, states })) {
    const { database } = await sliceOf(fleet, { ...host, window, condition });
    using _slice = closing(database);
    for (const line of linesOf(database, { host, window, states, options })) {
      if (isBar && count === 0)
        for (const head of barHead(window, isUtf8())) await output.line(hostLine({ ...host, host: '' }, head));
      await output.line(count > 0 && options.oneline !== true && options.json !== true ? `\n${line}` : line);
      count++;
    }
    await output.flush();
  }
  return count;
}

interface Wanted extends Pick<FleetQuestion, 'window'> {
  readonly host: HostWith;
  readonly states: ReadonlySet<TcpState> | undefined;
  readonly options: FleetTimelineOptions;
}

function* linesOf(
  database: Parameters<typeof spanOf>[0],
  { host, window, states, options }: Wanted,
): Generator<string> {
  const span = spanOf(database, host.host);
  const wish = { ...window, states, longerThanUs: options.minDuration };
  const reader = new TimelineReader(database, span.toUs, gapsTouching(database, 0, span.toUs));
  const text = timelineText(options, window, hostLine(host, ''));
  const isBlock = options.oneline !== true && options.json !== true && options.pcapFilter !== true;
  for (const connection of matchingLives(database, span, wish, undefined, options.connections)) {
    const shown = text(reader, connection);
    if (options.json === true) yield hostJson(host, shown);
    else yield isBlock ? `${printable(host.host)}:${shown}` : shown;
  }
}

/** The troubles of a host as text: a table of all, and what is behind the worst. */
import type { Trouble } from '../explain/explanation.js';
import { printable } from '../model/printable.js';
import { durationText, localTime } from '../model/time-text.js';
import type { Places } from '../query/places.js';
import { alignedTable } from './aligned-table.js';
import { INDENT, momentsOf, sentenceLines } from './explanation-lines.js';
import { moreWords, shellText } from './more-command.js';
import { netnsText } from './place-text.js';

/** Of so many, more than a line of the table is printed. */
const MOST_DETAILED = 3;
/** A cell of the table lists so many processes, and so many ends. */
const MOST_LISTED = 3;
/** `10.0.0.2:9200`, `[::1]:9200` */
const WITH_PORT = /^([\d.]+:|\[.*\]:)\d+$/;
const SECONDS_LENGTH = 19;

export interface TroubleText {
  readonly width: number;
  /** Every trouble in detail, with the evidence. */
  readonly verbose: boolean;
  /** Added to the commands that show more: `--db FILE`. */
  readonly options: readonly string[];
}

/** The table, and the paragraphs below it, each without a blank line after it. */
export function troubleParagraphs(troubles: readonly Trouble[], places: Places, text: TroubleText): string[][] {
  if (troubles.length === 0) return [];
  const detailed = text.verbose ? troubles : troubles.slice(0, MOST_DETAILED);
  return [troubleTable(troubles, places), ...detailed.map((trouble) => troubleLines(trouble, places, text))];
}

function troubleTable(troubles: readonly Trouble[], { namespaces }: Places): string[] {
  const namespaceOf = ({ netns, fromUs, toUs }: Trouble) => namespaces.nameDuring(netns, fromUs, toUs) ?? `${netns}`;
  const several = new Set(troubles.map((each) => `${each.netns} ${namespaceOf(each)}`)).size > 1;
  const rows = troubles.map((trouble) => [
    trouble.severity,
    trouble.kind,
    trouble.count,
    localTime(trouble.fromUs).slice(0, SECONDS_LENGTH),
    trouble.toUs === trouble.fromUs ? '-' : durationText(trouble.toUs - trouble.fromUs),
    listText(trouble.processes),
    whereText(trouble.peers, trouble.listeners),
    ...(several ? [namespaceOf(trouble)] : []),
  ]);
  return alignedTable([
    ['SEVERITY', 'WHAT', 'COUNT', 'FROM', 'FOR', 'PROCESS', 'PEER OR LISTENER', ...(several ? ['NETNS'] : [])],
    ...rows,
  ]);
}

function troubleLines(trouble: Trouble, { namespaces }: Places, { width, verbose, options }: TroubleText): string[] {
  const { kind, subject, netns, count, fromUs, toUs, sentences, exampleIds } = trouble;
  const moment = momentsOf(toUs);
  const name = namespaces.nameDuring(netns, fromUs, toUs);
  const examples = exampleIds.length === 0 ? '' : `, for example ${exampleIds.map((id) => `#${id}`).join(' ')}`;
  const shown = verbose ? sentences : sentences.map(({ text }) => ({ text, evidence: [] }));
  return [
    printable(`${kind.toUpperCase()}  ${subject}  ${netnsText(netns, name)}`),
    `${INDENT}${count} in all, from ${localTime(fromUs)} to ${moment(toUs)}${examples}`,
    ...shown.flatMap((sentence) => sentenceLines(sentence, moment, width)),
    printable(`${INDENT}more: ${shellText([...moreWords(trouble, name), ...options])}`),
  ];
}

function listText(texts: readonly string[]): string {
  const rest = texts.length - MOST_LISTED;
  return texts.length === 0 ? '-' : `${texts.slice(0, MOST_LISTED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** The peers; `at 10.0.0.1:80, from 10.0.0.7` where it is about a listener. */
function whereText(peers: readonly string[], listeners: readonly string[]): string {
  if (listeners.length === 0) return endsText(peers);
  return `at ${endsText(listeners)}${peers.length === 0 ? '' : `, from ${endsText(peers)}`}`;
}

/** `10.0.0.2:9200,9300`: the address once, where all have it. */
function endsText(ends: readonly string[]): string {
  const [first = ''] = ends;
  const address = WITH_PORT.exec(first)?.[1];
  if (address === undefined || !ends.every((end) => end.startsWith(address))) return listText(ends);
  const ports = ends.map((end) => end.slice(address.length));
  return `${address}${ports.slice(0, MOST_LISTED).join(',')}${ports.length > MOST_LISTED ? ` and ${ports.length - MOST_LISTED} more` : ''}`;
}

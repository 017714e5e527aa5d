import { isIP } from 'node:net';
import { canonicalAddress } from '../../model/address-bytes.js';
import { usageError } from '../../model/error.js';
import { canonicalName, type NameRecord } from '../../model/name.js';
import { NameHistory } from '../../query/name-history.js';
import { NamespaceHistory } from '../../query/namespace-history.js';
import { windowOf } from '../../request/time-window.js';
import { noteMissedNames, notePruned } from '../../request/window-notes.js';
import { nameJson, nameLine } from '../../view/name-line.js';
import { type HistoryCall, historyCommand, type WindowOptions } from '../history/history-command.js';
import { say } from '../output/say.js';
import { SUMMARIES } from '../summaries.js';

interface NamesOptions extends WindowOptions {
  readonly reverse?: boolean;
}

type Subject = { readonly name: string } | { readonly address: string };

/** `sstory names`: which name resolved to which address, and when. */
export const run = historyCommand<NamesOptions>({
  name: 'names',
  summary: SUMMARIES.names,
  declare: (parser) =>
    parser
      .argument('[name|address]', 'only the records of this name, or of this address')
      .option('-S, --since <time>', "valid after this time: '10 min ago', 14:05, 2026-11-21T02:13:33Z ...")
      .option('-U, --until <time>', 'first seen up to this time')
      .option('--reverse', 'also ask the resolver for the current name of the address (PTR)')
      .option('--json', 'one JSON object per line')
      .addHelpText('after', '\nOldest first: DNS answers and lines of hosts files. More: docs/names.md'),
  check(options, [word]) {
    const subject = subjectOf(word);
    if (options.reverse && (subject === undefined || !('address' in subject)))
      throw usageError('usage', '--reverse needs an address', 'sstory names 192.0.2.7 --reverse');
  },
  async ofFleet(asked, options, [word]) {
    if (options.reverse) throw usageError('usage', '--reverse asks the resolver of one host: not with --fleet');
    const { namesOfFleet } = await import('../fleet/names.js');
    return namesOfFleet(asked, options, subjectOf(word));
  },
  async run(call) {
    const subject = subjectOf(call.words[0]);
    await show(call, subject);
    if (call.options.reverse && subject !== undefined && 'address' in subject) await reverse(subject.address);
    return 0;
  },
});

function subjectOf(text: string | undefined): Subject | undefined {
  if (text === undefined) return undefined;
  const address = isIP(text.replace(/%.*$/s, '')) === 0 ? undefined : canonicalAddress(text);
  if (address !== undefined) return { address };
  const name = canonicalName(text);
  if (name !== undefined) return { name };
  throw usageError('bad-name', `"${text}" is neither a host name nor an address`, 'sstory names kafka.test');
}

async function show(
  { database, options, span, output }: HistoryCall<NamesOptions>,
  subject: Subject | undefined,
): Promise<void> {
  const window = windowOf(options, span, say);
  notePruned(database, window.fromUs, say);
  const namespaces = new NamespaceHistory(database);
  const netnsOf = ({ netns, fromUs, toUs }: NameRecord) => namespaces.nameDuring(netns, fromUs, toUs);
  let count = 0;
  for (const record of new NameHistory(database).between(window, subject)) {
    await output.line(options.json === true ? nameJson(record) : nameLine(record, netnsOf(record)));
    count++;
  }
  await output.flush();
  if (count === 0) say('no matching names in this time range');
  noteMissedNames(database, window, say);
}

/** The answer of this host's resolver now: it is not part of the history. */
async function reverse(address: string): Promise<void> {
  const { Resolver } = await import('node:dns/promises');
  const names = await new Resolver({ timeout: 2_000, tries: 1 }).reverse(address).catch(() => []);
  say(`current PTR record of ${address}: ${names.join(' ') || 'no answer'}`);
}

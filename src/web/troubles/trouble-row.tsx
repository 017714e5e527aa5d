/** A trouble as a row. */
import { counted } from '../../model/counted.js';
import { printable } from '../../model/printable.js';
import { durationText } from '../../model/time-text.js';
import type { TroubleHosts } from '../../server/contract-fleet.js';
import type { TroubleLine } from '../explained.js';
import { openHost } from '../fleet/host-address.js';
import { momentText } from '../header/range-text.js';
import { Icon } from '../icon.js';
import { info, pause } from '../info.js';
import { select, selection } from '../selection.js';
import { localSentence } from '../sentence-text.js';
import { countText, filterOf, kindText, listText, rangeAround, severityOf, withoutStates } from './trouble-words.js';

export function TroubleRow({ trouble }: { trouble: TroubleLine }) {
  const { kind, from_us, to_us, processes, peers, listeners, subject, sentences, connection_ids, hosts } = trouble;
  const severity = severityOf(trouble);
  const first = sentences[0];
  const sentence = first === undefined ? printable(subject) : localSentence(first.text, to_us);
  const [own, others] = [listText(listeners), listText(peers)];
  const where = own === '' ? others : `${own}${others === '' ? '' : ` ← ${others}`}`;
  const ends =
    own === ''
      ? [listText(processes), where].filter((text) => text !== '').join(' → ') || printable(subject)
      : [listText(processes), where].filter((text) => text !== '').join(' at ');
  const [example] = connection_ids;
  return (
    <li class={`trouble is-${severity}`}>
      <button type="button" class="trouble-main" title={sentence} onClick={() => narrowTo(trouble)}>
        <span class="severity">
          <SeveritySign severity={severity} /> {severity}
        </span>
        <span class="trouble-kind">{kindText(kind)}</span>
        <span class="trouble-ends mono">{ends}</span>
        <span class="trouble-sentence">{sentence}</span>
        <span
          class={hosts === undefined ? 'trouble-count' : 'trouble-count is-of-hosts'}
          title={hosts?.names.join(', ')}
        >
          {hosts === undefined ? countText(trouble) : `${countText(trouble)} on ${hostsText(hosts)}`}
        </span>
        <span class="trouble-time">
          {momentText(from_us, info.value?.now_us ?? to_us).replace(/\.\d+$/, '')}
          {to_us > from_us && <span class="trouble-length"> for {durationText(to_us - from_us)}</span>}
        </span>
      </button>
      {example !== undefined && (
        <button
          type="button"
          class="trouble-explain"
          aria-label={`Explain: ${kindText(kind)}, ${ends}`}
          title="Why? Opens one of its connections with its explanation"
          onClick={() => explainOne(trouble, example)}
        >
          <Icon name="explain" /> <span class="wide-only">Explain</span>
        </button>
      )}
    </li>
  );
}

/** A shape for each, so that the colour is not the only sign. */
function SeveritySign({ severity }: { severity: ReturnType<typeof severityOf> }) {
  return (
    <svg class="severity-sign" viewBox="0 0 12 12" aria-hidden="true">
      {severity === 'severe' && <path d="M3.8 1h4.4L11 3.8v4.4L8.2 11H3.8L1 8.2V3.8Z" />}
      {severity === 'moderate' && <path d="M6 1 11.2 10.5H.8Z" />}
      {severity === 'minor' && <circle cx="6" cy="6" r="4" />}
    </svg>
  );
}

/** Shows its connections: its filter, and a range around it. */
function narrowTo(trouble: TroubleLine): void {
  const filter = filterOf(trouble.more);
  const [example] = trouble.connection_ids;
  pause(false);
  const { hosts } = trouble;
  // On several hosts, those hosts; on one, its lanes.
  if (hosts?.count === 1)
    openHost(hosts.example, { ...rangeAround(trouble), ...(filter === undefined ? {} : { filter: narrowed(filter) }) });
  else if (filter === undefined) select({ ...rangeAround(trouble), socket: example });
  else select({ ...rangeAround(trouble), filter: narrowed(filter) });
}

/** Opens a connection with its explanation; over a fleet, on the page of its host. */
function explainOne(trouble: TroubleLine, id: number): void {
  if (trouble.hosts === undefined) select({ socket: id });
  else openHost(trouble.hosts.example, { ...rangeAround(trouble), socket: id });
}

function hostsText({ count, names }: TroubleHosts): string {
  return count === 1 ? printable(names[0] ?? '') : counted(count, 'host');
}

function narrowed(filter: string): string {
  const known = withoutStates(selection.value.filter);
  return known === '' || known === filter || filter.startsWith('state ') ? filter : `( ${known} ) and ( ${filter} )`;
}

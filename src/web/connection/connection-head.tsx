/** Which connection it is, and how it is. */
import { printable } from '../../model/printable.js';
import { durationText } from '../../model/time-text.js';
import type { Lane } from '../../server/contract.js';
import { Icon } from '../icon.js';
import { info, recordedUntil } from '../info.js';
import { isListener, localText, remoteText, staleText } from '../lanes/lane-words.js';
import { pinned, select, togglePin } from '../selection.js';
import { timeOn } from '../sentence-text.js';

export function ConnectionHead({ id, lane }: { id: number | undefined; lane: Lane | undefined }) {
  return (
    <header class="connection-head">
      <div class="connection-title">
        <h2>{lane === undefined ? `Connection #${id}` : processText(lane)}</h2>
        <span class="connection-id">#{id}</span>
        {id !== undefined && (
          <button
            type="button"
            class="quiet icon-button"
            aria-label="Pin above the others"
            aria-pressed={pinned.value.includes(id)}
            title="Pin above the others (p)"
            onClick={() => togglePin(id)}
          >
            <Icon name="pin" />
          </button>
        )}
        <button
          type="button"
          class="quiet icon-button"
          aria-label="Close the connection"
          title="Close (Esc)"
          onClick={() => select({ socket: undefined })}
        >
          <Icon name="close" />
        </button>
      </div>
      {lane !== undefined && <LaneHead lane={lane} />}
    </header>
  );
}

function LaneHead({ lane }: { lane: Lane }) {
  const { remote_name, stale_name, opened_us, closed_us } = lane;
  const lastedUs = Math.max(0, (closed_us ?? recordedUntil.value ?? opened_us) - opened_us);
  return (
    <>
      <p class="connection-ends mono">
        {localText(lane)}
        {!isListener(lane) && (
          <>
            <span class="connection-arrow"> {lane.origin === 'accept' ? '←' : '→'} </span>
            {remoteText(lane)}
            {remote_name !== null && <span class="connection-name"> {printable(remote_name)}</span>}
            {stale_name !== null && (
              <span class="connection-name" title={staleText(lane)}>
                {' '}
                <s class="lane-stale">{printable(stale_name.name)}</s> stale name
              </span>
            )}
          </>
        )}
      </p>
      <p class="connection-result">
        <ResultBadge lane={lane} /> {closed_us === null ? 'open for' : 'lasted'} {durationText(lastedUs)}
        <span class="connection-since">
          {' '}
          since <span class="mono">{timeOn(opened_us, info.value?.now_us ?? opened_us)}</span>
        </span>
      </p>
      <p class="connection-places">
        {placesOf(lane).map(([what, name]) => (
          <span key={what} class="place">
            <span class="place-what">{what}</span> {printable(name)}
          </span>
        ))}
      </p>
    </>
  );
}

/** The state it is in, or how it ended. */
export function ResultBadge({ lane: { state, closed_us, close_reason } }: { lane: Lane }) {
  const isBad = close_reason !== null && close_reason !== 'orderly';
  const isStuck = closed_us === null && (state === 'SYN-SENT' || state === 'CLOSE-WAIT');
  const sign = isBad || isStuck ? 'badge is-bad' : 'badge';
  return <strong class={sign}>{closed_us === null ? state : `closed: ${close_reason ?? 'reason unknown'}`}</strong>;
}

function processText({ comm, pid }: Lane): string {
  return comm === null ? 'unknown process' : `${printable(comm)}[${pid ?? '?'}]`;
}

function placesOf({ origin, netns, netns_name, container, unit }: Lane): [string, string][] {
  const places: [string, string | null][] = [
    ['by', origin],
    ['netns', netns_name ?? String(netns)],
    ['container', container],
    ['unit', unit],
  ];
  return places.filter((place): place is [string, string] => place[1] !== null);
}

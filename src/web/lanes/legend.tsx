/** What the colours, the patterns and the marks mean, in one line. */
import type { Paint } from '../../server/contract.js';
import { paintName } from '../palette.js';

const TROUBLES: readonly (readonly [Paint, string])[] = [
  ['reset', 'reset'],
  ['refused', 'refused'],
  ['timed-out', 'timed out'],
  ['failed', 'failed'],
  ['SYN-SENT', 'SYN-SENT'],
  ['CLOSE-WAIT', 'CLOSE-WAIT'],
];
const STATES: readonly (readonly [Paint, string])[] = [
  ['SYN-RECV', 'SYN-RECV'],
  ['ESTAB', 'ESTAB'],
  ['FIN-WAIT-2', 'closing'],
];
const LINES: readonly (readonly [Paint, string])[] = [
  ['TIME-WAIT', 'TIME-WAIT'],
  ['LISTEN', 'LISTEN'],
];

export function Legend() {
  return (
    <ul class="legend" aria-label="Legend" tabIndex={0}>
      {TROUBLES.map(([paint, text]) => (
        <Bar key={paint} paint={paint} text={text} height={14} />
      ))}
      {STATES.map(([paint, text]) => (
        <Bar key={paint} paint={paint} text={text} height={8} />
      ))}
      {LINES.map(([paint, text]) => (
        <Bar key={paint} paint={paint} text={text} height={paint === 'LISTEN' ? 5 : 3} />
      ))}
      <li class="legend-item" title="Found by a snapshot or a timer: the time is not exact">
        <span class="legend-pattern is-inferred" />
        inferred
      </li>
      <li class="legend-item" title="Events are missing: it may have been another state">
        <span class="legend-pattern is-uncertain" />
        uncertain
      </li>
      <li class="legend-item" title="The history is incomplete there">
        <span class="legend-pattern is-gap" />
        gap
      </li>
      <Mark text="retransmit" path="M7 8V13" />
      <Mark text="reset" path="M4 4L10 10M4 10L10 4" />
      <Mark text="error" path="M7 2V8M7 11.5V12" />
      <Mark text="stale name" path="M7 3L11 7L7 11L3 7Z" />
    </ul>
  );
}

function Bar({ paint, text, height }: { paint: Paint; text: string; height: number }) {
  return (
    <li class="legend-item">
      <span class="legend-bar" style={{ background: `var(${paintName(paint)})`, height: `${height}px` }} />
      {text}
    </li>
  );
}

function Mark({ text, path }: { text: string; path: string }) {
  return (
    <li class="legend-item">
      <svg class="legend-mark" viewBox="0 0 14 14" width="14" height="14" aria-hidden="true">
        <path d={path} />
      </svg>
      {text}
    </li>
  );
}

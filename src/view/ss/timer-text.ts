import type { SocketTimer } from '../../model/socket-row.js';
import type { SsTraits } from './ss-traits.js';

/** `timer:(on,200ms,0)`: kind, time left, retransmits. */
export function timerText({ kind, expiresMs, retransmits }: SocketTimer, ss: SsTraits): string {
  const name = kind === 'delack' && !ss.delackTimer ? 'unknown' : kind;
  return `timer:(${name},${timeLeft(expiresMs, ss)},${retransmits})`;
}

/**
 * Time left in ss's units: `61min`, `1min30sec`, `12sec`, `9sec`, `099ms`, nothing for 0, and `1.332sec`. In older
 * releases of ss that is `1.332ms`: below ten seconds the milliseconds follow the point, and give the unit.
 */
function timeLeft(ms: number, { timerInSeconds }: SsTraits): string {
  const minutes = Math.floor(ms / 60_000);
  const seconds = minutes > 9 ? 0 : Math.floor(ms / 1_000) % 60;
  const rest = minutes > 0 || seconds > 9 ? 0 : ms % 1_000;
  const parts = [minutes > 0 ? `${minutes}min` : ''];
  if (seconds > 0) parts.push(rest > 0 ? `${seconds}.` : `${seconds}sec`);
  const unit = seconds > 0 && timerInSeconds ? 'sec' : 'ms';
  if (rest > 0) parts.push(`${String(rest).padStart(3, '0')}${unit}`);
  return parts.join('');
}

import type { SocketTimer } from '../../model/socket-row.js';
import { type CellBytes, label, NO_LABEL } from './cell-bytes.js';
import type { SsTraits } from './ss-traits.js';

const COMMA = label(',');

/** Writes ` timer:(on,200ms,0)`: kind, time left, retransmits. */
export function writeTimer(out: CellBytes, { kind, expiresMs, retransmits }: SocketTimer, ss: SsTraits): void {
  out.text(' timer:(');
  out.text(kind === 'delack' && !ss.delackTimer ? 'unknown' : kind);
  out.text(',');
  writeTimeLeft(out, expiresMs, ss);
  out.word(COMMA, retransmits);
  out.text(')');
}

/**
 * Time left in ss's units: `61min`, `1min30sec`, `12sec`, `9sec`, `099ms`, nothing for 0, and `1.332sec`. In older
 * releases of ss that is `1.332ms`: below ten seconds the milliseconds follow the point, and give the unit.
 */
function writeTimeLeft(out: CellBytes, ms: number, { timerInSeconds }: SsTraits): void {
  const minutes = Math.floor(ms / 60_000);
  const seconds = minutes > 9 ? 0 : Math.floor(ms / 1_000) % 60;
  const rest = minutes > 0 || seconds > 9 ? 0 : ms % 1_000;
  if (minutes > 0) {
    out.word(NO_LABEL, minutes);
    out.text('min');
  }
  if (seconds > 0) {
    out.word(NO_LABEL, seconds);
    out.text(rest > 0 ? '.' : 'sec');
  }
  if (rest === 0) return;
  out.padded(rest, 3);
  out.text(seconds > 0 && timerInSeconds ? 'sec' : 'ms');
}

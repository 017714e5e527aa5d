/** Where a jump typed into a replay goes to. */
import { parseSpan } from '../../model/duration.js';
import { parseTimeArgument } from '../../model/time-argument.js';

/**
 * `+10s`, `-2m` and a bare span are from where the replay is (a bare one in the direction of the key), everything else is a
 * time as for --from, of which a time of day alone is the last one in the recording.
 * @returns microseconds, within the recording
 * @throws SstoryError `bad-time`
 */
export function jumpTarget(
  text: string,
  from: { readonly positionUs: number; readonly direction: 1 | -1; readonly startUs: number; readonly endUs: number },
): number {
  const { positionUs, direction, startUs, endUs } = from;
  const [, sign, span = ''] = /^\s*([+-]?)\s*(.*?)\s*$/.exec(text) ?? [];
  const spanUs = parseSpan(span);
  const way = sign === '+' ? 1 : sign === '-' ? -1 : direction;
  const us =
    spanUs === undefined ? parseTimeArgument(text, { nowUs: endUs, startUs, endUs }).us : positionUs + way * spanUs;
  return Math.min(endUs, Math.max(startUs, us));
}

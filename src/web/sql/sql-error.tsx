/** Why a statement failed, with the place in it. */
import { markedPlace } from '../../model/marked-place.js';
import type { Failure } from '../../server/contract.js';
import { Icon } from '../icon.js';

export function SqlError({ failure: { message, hint, place } }: { failure: Failure['error'] }) {
  return (
    <div class="sql-error" role="alert">
      <p>
        <Icon name="alert" /> {message}
      </p>
      {place !== undefined && <pre class="mono">{lineOf(place).join('\n')}</pre>}
      {hint !== undefined && <p class="facts-note">{hint}</p>}
    </div>
  );
}

/** The line of the place, with carets under it. */
function lineOf({ input, at, length }: NonNullable<Failure['error']['place']>): readonly string[] {
  const from = input.lastIndexOf('\n', at - 1) + 1;
  const to = input.indexOf('\n', at);
  const line = input.slice(from, to < 0 ? undefined : to);
  return markedPlace(line, at - from, Math.min(line.length, at - from + length));
}

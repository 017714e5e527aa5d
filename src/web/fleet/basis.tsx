/** What the page rests on, over a fleet: which hosts have sent everything of the range. */
import { computed } from '@preact/signals';
import type { BasisAnswer } from '../../server/contract-fleet.js';
import { answerTo } from '../answer.js';
import { address } from '../api.js';
import { fleet } from '../info.js';
import { TIME_ZONE } from '../time-zone.js';
import { shownTimes } from './page-host.js';

const url = computed(() => {
  const times = shownTimes.value;
  return fleet.value === undefined || times === undefined ? undefined : address('basis', { ...times, tz: TIME_ZONE });
});
const basis = answerTo<BasisAnswer>(() => url.value);

export function Basis() {
  if (fleet.value === undefined) return null;
  const { value, error } = basis.value;
  const [first, ...rest] = value?.lines ?? [];
  return (
    <section class="basis" aria-label="What this rests on" aria-busy={basis.value.loading}>
      {error !== undefined ? (
        <p class="basis-line is-error" title={error.hint}>
          {error.message}
        </p>
      ) : (
        <p class="basis-line" title={value?.lines.join('\n')}>
          {first ?? ' '}
          {rest.length > 0 && <span class="basis-rest">; {rest.join('; ')}</span>}
        </p>
      )}
    </section>
  );
}

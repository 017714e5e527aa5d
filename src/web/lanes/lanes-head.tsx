/** The names of the columns, which sort, and the time axis. */
import type { Sort } from '../../server/contract.js';
import { showsHosts } from '../info.js';
import { select, sort } from '../selection.js';
import { Axis } from './axis.js';
import { layout } from './lane-view.js';

export function LanesHead() {
  return (
    <div class="lanes-head">
      {layout.value !== 'phone' && showsHosts.value && (
        <div class="lanes-names">
          <Name class="is-host" sorts="process" text="Host" />
          <Name class="is-trouble" sorts="worst" text="Bad" />
          <span class="lanes-name is-count">Connections</span>
        </div>
      )}
      {layout.value !== 'phone' && !showsHosts.value && (
        <div class="lanes-names">
          <Name class="is-process" sorts="process" text="Process" />
          <span class="lanes-name-pair">
            <Name class="is-local" sorts="local" text="Local" />
            <span class="lanes-arrow" aria-hidden="true">
              →
            </span>
            <Name class="is-peer" sorts="peer" text="Peer" />
          </span>
          <Name class="is-state" sorts="worst" text="State" />
          <Name class="is-lasted" sorts="duration" text="Lasted" />
        </div>
      )}
      <Axis />
    </div>
  );
}

const ORDERS: Readonly<Record<Sort, string>> = {
  worst: 'the worst first',
  opened: 'the first opened first',
  duration: 'the longest first',
  process: 'by process',
  peer: 'by peer',
  local: 'by local end',
};

function Name({ class: name, sorts, text }: { class: string; sorts: Sort; text: string }) {
  const isOn = sort.value === sorts;
  return (
    <button
      type="button"
      class={`lanes-name ${name}`}
      aria-pressed={isOn}
      title={`Sort ${ORDERS[sorts]}`}
      onClick={() => select({ sort: sorts })}
    >
      {text}
      <span class="lanes-sorted" aria-hidden="true">
        {isOn ? (sorts === 'worst' || sorts === 'duration' ? '▾' : '▴') : ''}
      </span>
    </button>
  );
}

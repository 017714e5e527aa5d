/** What looks wrong in the range, the worst first: each leads to its connections, and to the explanation of one of them. */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { counted } from '../../model/counted.js';
import { Icon } from '../icon.js';
import { filter } from '../selection.js';
import { found, hasFocus, letIn, waiting, watchTroubles } from './found-troubles.js';
import { troubleKeys } from './kept-troubles.js';
import { TroubleRow } from './trouble-row.js';
import { summaryText } from './trouble-words.js';

const COLLAPSED_KEY = 'sstory.troubles-collapsed';
const FIRST_SHOWN = 4;

const collapsed = signal(localStorage.getItem(COLLAPSED_KEY) === '1');
const showsAll = signal(false);

function toggle(): void {
  collapsed.value = !collapsed.value;
  if (collapsed.value) localStorage.setItem(COLLAPSED_KEY, '1');
  else localStorage.removeItem(COLLAPSED_KEY);
}

export function Troubles() {
  useEffect(watchTroubles, []);
  const { troubles, count, error, notes, isStale } = found.value;
  if (troubles.length === 0) return <Quiet />;
  const shown = showsAll.value ? troubles : troubles.slice(0, FIRST_SHOWN);
  const keys = troubleKeys(shown);
  const number = count ?? troubles.length;
  return (
    <section
      class={isStale ? 'troubles is-stale' : 'troubles'}
      aria-label="Troubles"
      aria-busy={count === undefined && error === undefined}
    >
      <div class="troubles-head">
        <h2 class="troubles-title">
          <button type="button" class="quiet troubles-toggle" aria-expanded={!collapsed.value} onClick={toggle}>
            <Icon name={collapsed.value ? 'forward' : 'down'} />
            {number.toLocaleString('en')} {number === 1 ? 'trouble' : 'troubles'}
          </button>
        </h2>
        <span class="troubles-summary">
          {summaryText(troubles)}
          {filter.value !== '' && ', among what the filter selects'}
          {count !== undefined && count > troubles.length && `; the ${troubles.length} worst are listed`}
        </span>
        <New />
        {count === undefined && error === undefined && <span class="spinner" title="Looking for more" />}
        {error !== undefined && <span class="troubles-error">{error.message}</span>}
        {notes.length > 0 && (
          <span class="troubles-notes" title={notes.join('\n')}>
            {notes[0]}
          </span>
        )}
      </div>
      {!collapsed.value && (
        <ul
          class="troubles-list"
          onFocusCapture={() => {
            hasFocus.value = true;
          }}
          onBlurCapture={() => {
            hasFocus.value = false;
          }}
        >
          {shown.map((trouble, index) => (
            <TroubleRow key={keys[index]} trouble={trouble} />
          ))}
        </ul>
      )}
      {!collapsed.value && number > FIRST_SHOWN && (
        <button
          type="button"
          class="quiet troubles-more"
          onClick={() => {
            showsAll.value = !showsAll.value;
          }}
        >
          {showsAll.value ? 'Show the worst only' : `Show ${(troubles.length - FIRST_SHOWN).toLocaleString('en')} more`}
        </button>
      )}
    </section>
  );
}

/** What was found since: a list that someone reads stands still. */
function New() {
  const added = waiting.value?.added ?? 0;
  return (
    <span role="status">
      {added > 0 && (
        <button
          type="button"
          class="troubles-new"
          onClick={letIn}
          title="The list stands still below the pointer. Show them"
        >
          {counted(added, 'new trouble')}
        </button>
      )}
    </span>
  );
}

/** One line where there is nothing to list. */
function Quiet() {
  const { count, error, notes } = found.value;
  const isNew = waiting.value !== undefined && waiting.value.added > 0;
  return (
    <section class="troubles is-quiet" aria-label="Troubles" aria-busy={count === undefined && error === undefined}>
      {error !== undefined ? (
        <span class="troubles-error" title={error.hint}>
          <Icon name="alert" /> Troubles are not known: {error.message}
        </span>
      ) : count === undefined ? (
        <span>
          <span class="spinner" /> Looking for troubles
        </span>
      ) : isNew ? (
        <New />
      ) : (
        <span>
          <Icon name="check" /> Nothing looks wrong{' '}
          {filter.value === '' ? 'in this range' : 'in what the filter selects'}
        </span>
      )}
      {notes.length > 0 && (
        <span class="troubles-notes" title={notes.join('\n')}>
          {notes[0]}
        </span>
      )}
    </section>
  );
}

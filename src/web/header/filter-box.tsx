/** The filter, in ss's language: an input with completion, and the place of an error under it. */
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { markedPlace } from '../../model/marked-place.js';
import type { Failure } from '../../server/contract.js';
import { Icon } from '../icon.js';
import { filter } from '../selection.js';
import {
  accept,
  active,
  applyDraft,
  checking,
  clearFilter,
  closeOptions,
  draft,
  filterFailure,
  followFilter,
  moveActive,
  openOptions,
  options,
  placedCaret,
  typed,
} from './filter-draft.js';
import { FilterOptions, LIST_ID, optionId } from './filter-options.js';

const INPUT_ID = 'filter';

/** Puts the caret into the filter box. */
export function focusFilter(): void {
  const input = document.getElementById(INPUT_ID);
  if (input instanceof HTMLInputElement) {
    input.focus();
    input.select();
  }
}

export function FilterBox() {
  const input = useRef<HTMLInputElement>(null);
  useEffect(followFilter, []);
  const { text } = draft.value;
  const placed = placedCaret.value;
  // Only behind a completion: anywhere else the caret is where a person has put it.
  useLayoutEffect(() => {
    if (placed !== undefined) input.current?.setSelectionRange(placed.caret, placed.caret);
  }, [placed]);
  const isOpen = options.value.length > 0;
  const failure = filterFailure.value;
  const read = ({ currentTarget }: { currentTarget: HTMLInputElement }) =>
    typed({ text: currentTarget.value, caret: currentTarget.selectionStart ?? currentTarget.value.length });
  return (
    <search class="filter">
      <div class={failure === undefined ? 'filter-field' : 'filter-field is-invalid'}>
        <Icon name="search" />
        <input
          ref={input}
          id={INPUT_ID}
          class="filter-input mono"
          type="text"
          role="combobox"
          aria-label="Filter, in the language of ss"
          aria-expanded={isOpen}
          aria-controls={LIST_ID}
          aria-autocomplete="list"
          aria-activedescendant={isOpen && active.value >= 0 ? optionId(active.value) : undefined}
          aria-invalid={failure !== undefined}
          aria-describedby={failure === undefined ? undefined : 'filter-error'}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          placeholder="filter: state syn-sent dst :9200"
          value={text}
          onInput={read}
          onClick={(event) => {
            read(event);
            openOptions();
          }}
          onFocus={openOptions}
          onBlur={closeOptions}
          onKeyDown={(event) => {
            if (takesKey(event)) event.preventDefault();
          }}
        />
        {checking.value && <span class="spinner" title="Checking" />}
        {(text !== '' || filter.value !== '') && (
          <button
            type="button"
            class="quiet icon-button"
            title="Clear the filter"
            aria-label="Clear the filter"
            onClick={clearFilter}
          >
            <Icon name="close" />
          </button>
        )}
      </div>
      {failure !== undefined && <FilterError failure={failure} shown={text} />}
      <FilterOptions />
    </search>
  );
}

/** What a key does here; true: nothing else should happen. */
function takesKey({ key, altKey, ctrlKey, metaKey, currentTarget }: KeyboardEvent): boolean {
  if (altKey || ctrlKey || metaKey) return false;
  const isOpen = options.value.length > 0;
  switch (key) {
    case 'ArrowDown':
    case 'ArrowUp':
      if (!isOpen) openOptions();
      moveActive(key === 'ArrowDown' ? 1 : -1);
      return true;
    case 'Enter':
      if (isOpen && active.value >= 0) accept(active.value);
      else void applyDraft();
      return true;
    case 'Tab':
      if (!isOpen || draft.value.text === '') return false;
      accept(Math.max(0, active.value));
      return true;
    case 'Escape':
      if (isOpen) closeOptions();
      else {
        typed({ text: filter.value, caret: filter.value.length });
        closeOptions();
        if (currentTarget instanceof HTMLElement) currentTarget.blur();
      }
      return true;
    default:
      return false;
  }
}

/** The message; above it the carets, under the place in the box that they mark. */
function FilterError({ failure: { message, hint, place }, shown }: { failure: Failure['error']; shown: string }) {
  const marked = place === undefined ? undefined : markedPlace(place.input, place.at, place.at + place.length);
  return (
    <div class="filter-error" id="filter-error" role="alert">
      {marked !== undefined && (
        <pre class="filter-carets mono">{marked[0].trimEnd() === shown.trimEnd() ? marked[1] : marked.join('\n')}</pre>
      )}
      <p class="filter-error-text">
        <Icon name="alert" /> {message}
      </p>
      {hint !== undefined && <p class="filter-error-hint">{hint}</p>}
    </div>
  );
}

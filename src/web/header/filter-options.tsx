/** The list under the filter box. */
import { useEffect, useRef } from 'preact/hooks';
import { counted } from '../../model/counted.js';
import { printable } from '../../model/printable.js';
import { accept, active, type Option, options } from './filter-draft.js';

export const LIST_ID = 'filter-options';
export const optionId = (index: number) => `filter-option-${index}`;

const KINDS: Readonly<Record<Option['kind'], string>> = { word: 'word', value: 'seen', state: 'state', example: '' };

export function FilterOptions() {
  const list = useRef<HTMLDivElement>(null);
  const shown = options.value;
  const chosen = active.value;
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  return (
    <div
      ref={list}
      id={LIST_ID}
      class="filter-options"
      role="listbox"
      aria-label="Completions"
      hidden={shown.length === 0}
    >
      {shown.map((option, index) => (
        <div
          key={`${option.kind} ${option.text}`}
          id={optionId(index)}
          class="filter-option"
          role="option"
          aria-selected={index === chosen}
          // At the press, so that the input keeps the focus: losing it would close the list.
          onMouseDown={(event) => {
            event.preventDefault();
            accept(index);
          }}
        >
          <span class="filter-option-text mono">{printable(option.text)}</span>
          <span class="filter-option-detail">{option.detail ?? ''}</span>
          <span class="filter-option-kind">
            {option.connections === null ? KINDS[option.kind] : counted(option.connections, 'connection')}
          </span>
        </div>
      ))}
    </div>
  );
}

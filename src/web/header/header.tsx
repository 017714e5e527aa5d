/** The head of the page: where this is, which connections, which range. */
import { Icon } from '../icon.js';
import { info } from '../info.js';
import { showKeys } from '../keys/help-shown.js';
import { LiveButton } from '../live/live-button.js';
import { select, view } from '../selection.js';
import { FilterBox } from './filter-box.js';
import { RangePicker } from './range-picker.js';
import { ShareMenu } from './share-menu.js';
import { ThemeSwitch } from './theme-switch.js';

export function Header() {
  const isTimeline = view.value === 'timeline';
  return (
    <header class="header">
      <h1 class="brand">
        sstory <span class="brand-host">{info.value?.host ?? ''}</span>
      </h1>
      <nav class="tabs" aria-label="Views">
        {(['timeline', 'sql'] as const).map((each) => (
          <button
            key={each}
            type="button"
            class="tab"
            aria-current={view.value === each ? 'page' : undefined}
            onClick={() => select({ view: each })}
          >
            {each === 'sql' ? 'SQL' : 'Timeline'}
          </button>
        ))}
      </nav>
      {isTimeline ? <FilterBox /> : <span class="filter" />}
      <div class="header-times">
        {isTimeline && <RangePicker />}
        <LiveButton />
      </div>
      <div class="header-tools">
        <ShareMenu />
        <ThemeSwitch />
        <button type="button" class="icon-button" title="Keys (?)" aria-label="Keys" onClick={showKeys}>
          <Icon name="help" />
        </button>
      </div>
    </header>
  );
}

/** The head of the page: where this is, which connections, which range. */
import { counted } from '../../model/counted.js';
import { hostAddress } from '../fleet/host-address.js';
import { Icon } from '../icon.js';
import { fleet, info, showsHosts } from '../info.js';
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
        sstory <Where />
      </h1>
      <nav class="tabs" aria-label="Views">
        {(showsHosts.value ? (['timeline'] as const) : (['timeline', 'sql'] as const)).map((each) => (
          <button
            key={each}
            type="button"
            class="tab"
            aria-current={view.value === each ? 'page' : undefined}
            onClick={() => select({ view: each })}
          >
            {each === 'sql' ? 'SQL' : showsHosts.value ? 'Hosts' : 'Timeline'}
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

/** Which host this is; over a fleet, the way back to all of them. */
function Where() {
  const known = fleet.value;
  if (known === undefined || info.value === undefined) return <span class="brand-host">{info.value?.host ?? ''}</span>;
  if (known.host === null) return <span class="brand-host">{counted(known.hosts, 'host')}</span>;
  return (
    <>
      <a class="brand-back" href={hostAddress('')} title="All hosts (h)">
        <Icon name="back" /> {counted(known.hosts, 'host')}
      </a>
      <span class="brand-host is-of-fleet">{info.value.host}</span>
    </>
  );
}

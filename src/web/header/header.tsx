/** The head of the page: where this is, which range, which connections. */
import { info } from '../info.js';
import { select, view } from '../selection.js';

export function Header() {
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
    </header>
  );
}

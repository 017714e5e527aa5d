/** Where the sockets at the cursor would stand: of all hosts they are not shown. */
import { localTime } from '../../model/time-text.js';
import { removeCursors } from '../lanes/cursors.js';

export function HostsAtCursor({ us }: { us: number }) {
  return (
    <section class="sockets is-of-hosts" aria-label="Sockets at the cursor">
      <header class="sockets-head">
        <h2 class="sockets-title">
          {localTime(us).slice(0, 23)}: the sockets of this moment are on the page of each host; of all hosts{' '}
          <code>sstory ss --at</code> with <code>--fleet</code> prints them
        </h2>
        <button type="button" class="sockets-close" onClick={removeCursors} aria-label="Close: remove the cursors">
          ×
        </button>
      </header>
    </section>
  );
}

/** Below the lanes: the socket table at the cursor as ss prints it, and with two cursors what changed between them. */
import { signal } from '@preact/signals';
import { localTime } from '../../model/time-text.js';
import { removeCursors } from '../lanes/cursors.js';
import { cursor, secondCursor } from '../selection.js';
import { Difference } from './difference.js';
import { SocketTable } from './socket-table.js';
import { difference, firstTable, secondTable } from './sockets-source.js';

const SHOWN = ['difference', 'first', 'second'] as const;
type Shown = (typeof SHOWN)[number];
/** With two cursors. */
const chosen = signal<Shown>('difference');

export function SocketsAtCursor() {
  const first = cursor.value;
  const second = secondCursor.value;
  if (first === undefined) return null;
  const shown = second === undefined ? 'first' : chosen.value;
  return (
    <section class="sockets" aria-label="Sockets at the cursor">
      <header class="sockets-head">
        <h2 class="sockets-title">
          {second === undefined ? (
            <>
              Sockets at <Time us={first} which="first" />
            </>
          ) : (
            <>
              From <Time us={Math.min(first, second)} which={first <= second ? 'first' : 'second'} /> to{' '}
              <Time us={Math.max(first, second)} which={first <= second ? 'second' : 'first'} />
            </>
          )}
        </h2>
        {second !== undefined && <Choice shown={shown} />}
        <button type="button" class="sockets-close" onClick={removeCursors} aria-label="Close: remove the cursors">
          ×
        </button>
      </header>
      {shown === 'difference' ? (
        <Difference answer={difference.value} />
      ) : (
        <SocketTable key={shown} answer={shown === 'first' ? firstTable.value : secondTable.value} />
      )}
    </section>
  );
}

function Time({ us, which }: { us: number; which: 'first' | 'second' }) {
  const [day, clock] = localTime(us).split(' ');
  return (
    <time class={`sockets-time is-${which}`}>
      <span class="sockets-day">{day} </span>
      {clock}
    </time>
  );
}

const CHOICES: Readonly<Record<Shown, string>> = {
  difference: 'Difference',
  first: 'Sockets at the first',
  second: 'Sockets at the second',
};

function Choice({ shown }: { shown: Shown }) {
  return (
    <div class="sockets-choice">
      {SHOWN.map((each) => (
        <button
          key={each}
          type="button"
          class="sockets-tab"
          aria-pressed={shown === each}
          onClick={() => {
            chosen.value = each;
          }}
        >
          {CHOICES[each]}
        </button>
      ))}
    </div>
  );
}

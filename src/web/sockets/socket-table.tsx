/** The sockets of a moment, in ss's columns. A click opens the connection. */
import { useMemo } from 'preact/hooks';
import type { Paint, SocketTable as Table } from '../../server/contract.js';
import type { Answer } from '../answer.js';
import { Message } from '../message.js';
import { PAINT_ORDER } from '../paint-order.js';
import { paintName } from '../palette.js';
import { openConnection, select } from '../selection.js';
import { Command } from './command.js';
import { LongList } from './long-list.js';
import { socketLines, stateCounts } from './socket-lines.js';

export function SocketTable({ answer }: { answer: Answer<Table> }) {
  const { value, error, loading } = answer;
  const lines = useMemo(() => (value === undefined ? undefined : socketLines(value)), [value]);
  if (value === undefined || lines === undefined) {
    return error === undefined ? <p class="sockets-empty">Loading</p> : <Message failure={error} />;
  }
  return (
    <>
      <div class="sockets-facts" aria-busy={loading}>
        <ul class="sockets-counts" aria-label="Sockets by state">
          {stateCounts(value.rows).map(([state, count]) => (
            <li key={state}>
              <Swatch state={state} />
              {state} {count.toLocaleString('en')}
            </li>
          ))}
        </ul>
        <Notes notes={value.notes} />
        <Command text={value.command} />
      </div>
      {error !== undefined && (
        <p class="sockets-error" role="alert">
          {error.message}
        </p>
      )}
      {lines.lines.length === 0 ? (
        <p class="sockets-empty">No socket was open at this time</p>
      ) : (
        <LongList head={lines.head} count={lines.lines.length} label="Sockets">
          {(index) => {
            const line = lines.lines[index];
            if (line === undefined) return null;
            const { connectionId: id } = line;
            return (
              <button
                type="button"
                class="sockets-line"
                aria-pressed={id !== undefined && id === openConnection.value}
                onClick={() => select({ socket: id })}
              >
                <Swatch state={line.state} />
                <span class="sockets-text">{line.text}</span>
              </button>
            );
          }}
        </LongList>
      )}
    </>
  );
}

export function Swatch({ state }: { state: string }) {
  const paint = PAINT_ORDER.find((each) => each === state);
  return (
    <span
      class="lane-swatch"
      style={paint === undefined ? {} : { background: `var(${paintName(paint as Paint)})` }}
      aria-hidden="true"
    />
  );
}

export function Notes({ notes }: { notes: readonly string[] }) {
  return (
    <p class="sockets-notes" title={notes.join('\n')}>
      {notes.join('; ')}
    </p>
  );
}

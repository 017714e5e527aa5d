/** What appeared, went and changed between the two cursors. */
import { useMemo } from 'preact/hooks';
import type { DiffAnswer } from '../../server/contract.js';
import type { Answer } from '../answer.js';
import { Message } from '../message.js';
import { openConnection, select } from '../selection.js';
import { CHANGE_KINDS, CHANGE_SIGNS, changeLines } from './changes.js';
import { Command } from './command.js';
import { LongList } from './long-list.js';
import { Notes, Swatch } from './socket-table.js';

export function Difference({ answer }: { answer: Answer<DiffAnswer> }) {
  const { value, error, loading } = answer;
  const lines = useMemo(() => (value === undefined ? [] : changeLines(value)), [value]);
  if (value === undefined) {
    return error === undefined ? <p class="sockets-empty">Loading</p> : <Message failure={error} />;
  }
  return (
    <>
      <div class="sockets-facts" aria-busy={loading}>
        <ul class="sockets-counts" aria-label="Changes">
          {CHANGE_KINDS.map((kind) => (
            <li key={kind}>
              <span class="change-sign">{CHANGE_SIGNS[kind]}</span>
              {lines.filter((line) => line.kind === kind).length.toLocaleString('en')} {kind}
            </li>
          ))}
        </ul>
        <Notes notes={value.notes} />
        {value.command !== '' && <Command text={value.command} />}
      </div>
      {lines.length === 0 ? (
        <p class="sockets-empty">Nothing changed between the two</p>
      ) : (
        <LongList count={lines.length} label="Changes">
          {(index) => {
            const line = lines[index];
            if (line === undefined) return null;
            const { kind, connectionId: id } = line;
            return (
              <button
                type="button"
                class="sockets-line"
                aria-pressed={id !== undefined && id === openConnection.value}
                onClick={() => select({ socket: id })}
              >
                <span class="change-sign" role="img" aria-label={kind}>
                  {CHANGE_SIGNS[kind]}
                </span>
                <Swatch state={line.state} />
                <span class="change-state">{line.states}</span>
                <span class="change-ends">{line.ends}</span>
                <span class="change-process">{line.process}</span>
                <span class="change-detail">{line.detail}</span>
              </button>
            );
          }}
        </LongList>
      )}
    </>
  );
}

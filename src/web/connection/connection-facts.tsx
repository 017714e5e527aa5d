/** What is known of a connection beside its states: who had it, its peer's names, what is like it, and the commands that say the same. */
import { counted } from '../../model/counted.js';
import { printable } from '../../model/printable.js';
import type { ConnectionAnswer } from '../../server/contract.js';
import { copyText } from '../clipboard.js';
import { Icon } from '../icon.js';
import { select } from '../selection.js';
import { timeOn } from '../sentence-text.js';
import { TimeButton } from './time-button.js';

interface Shown {
  readonly answer: ConnectionAnswer;
}

const dayOf = ({ lane }: ConnectionAnswer) => lane.closed_us ?? lane.opened_us;

export function Owners({ answer }: Shown) {
  if (answer.owners.length === 0) return null;
  return (
    <section class="facts">
      <h3 class="section-title">Owners</h3>
      <ul class="facts-list">
        {answer.owners.map(({ pid, comm, fd, from_us, to_us, inferred }) => (
          <li key={`${pid} ${from_us}`}>
            <span class="mono">
              {printable(comm)}[{pid}]
            </span>
            {fd !== null && <span class="facts-detail">fd {fd}</span>}
            <TimeButton us={from_us} dayUs={dayOf(answer)} />
            <span class="facts-detail">
              {to_us === null ? '' : `to ${timeOn(to_us, dayOf(answer))}`} {inferred ? 'inferred' : ''}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Names({ answer }: Shown) {
  if (answer.names.length === 0) return null;
  return (
    <section class="facts">
      <h3 class="section-title">Names of {answer.lane.remote_addr}</h3>
      <ul class="facts-list">
        {answer.names.map(({ name, from_us, to_us, source }) => (
          <li key={`${name} ${from_us}`}>
            <span class="mono">{printable(name)}</span>
            <span class="facts-detail">{source}</span>
            <TimeButton us={from_us} dayUs={dayOf(answer)} />
            <span class="facts-detail">{to_us === null ? 'on' : `to ${timeOn(to_us, dayOf(answer))}`}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Alike({ answer }: Shown) {
  if (answer.alike.length === 0) return null;
  return (
    <section class="facts">
      <h3 class="section-title">The same</h3>
      <ul class="alike">
        {answer.alike.map(({ label, filter, connections }) => (
          <li key={filter}>
            <button type="button" title={`Filter: ${filter}`} onClick={() => select({ filter })}>
              {printable(label)} <span class="facts-detail">{counted(connections, 'connection')}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Commands({ answer }: Shown) {
  return (
    <section class="facts">
      <h3 class="section-title">Commands</h3>
      <ul class="commands">
        {answer.commands.map((command) => (
          <li key={command}>
            <code title={printable(command)}>{printable(command)}</code>
            <button
              type="button"
              class="quiet icon-button"
              aria-label={`Copy ${command}`}
              title="Copy"
              onClick={() => void copyText(command, 'Command')}
            >
              <Icon name="copy" />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

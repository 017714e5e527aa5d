/** One connection: why it is as it is, its states, and everything else that is recorded of it. */
import { useEffect, useRef } from 'preact/hooks';
import type { ConnectionAnswer } from '../../server/contract.js';
import { Message } from '../message.js';
import { openConnection } from '../selection.js';
import { Alike, Commands, Names, Owners } from './connection-facts.js';
import { ConnectionHead } from './connection-head.js';
import { Explanation } from './explanation.js';
import { connection, watchConnection } from './opened-connection.js';
import { SampleCharts } from './sample-charts.js';
import { States } from './states.js';

export function ConnectionPanel() {
  useEffect(watchConnection, []);
  const { value, error } = connection.value;
  const wanted = openConnection.value;
  const shown = value?.lane.connection_id === wanted ? value : undefined;
  if (shown === undefined && error !== undefined) {
    return (
      <article class="connection" aria-label={`Connection ${wanted}`}>
        <ConnectionHead id={wanted} lane={undefined} />
        <Message failure={error} />
      </article>
    );
  }
  return (
    <article class="connection" aria-label={`Connection ${wanted}`} aria-busy={shown === undefined}>
      <ConnectionHead id={wanted} lane={shown?.lane} />
      {shown !== undefined && <Facts answer={shown} />}
    </article>
  );
}

function Facts({ answer }: { answer: ConnectionAnswer }) {
  const top = useRef<HTMLDivElement>(null);
  const id = answer.lane.connection_id;
  // Another connection is read from its beginning.
  useEffect(() => top.current?.parentElement?.parentElement?.scrollTo(0, 0), [id]);
  return (
    <div ref={top} class="connection-facts">
      <Explanation />
      <States answer={answer} />
      <SampleCharts samples={answer.samples} gaps={answer.gaps} />
      <Owners answer={answer} />
      <Names answer={answer} />
      <Alike answer={answer} />
      <Commands answer={answer} />
    </div>
  );
}

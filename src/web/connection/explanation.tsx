/** Why the connection is in its state, each sentence with the rows of the history that show it. */
import type { ExplainedSentence } from '../explained.js';
import { EXPLANATION_ID } from '../keys/explain-row.js';
import { openConnection, select } from '../selection.js';
import { evidenceText, localSentence } from '../sentence-text.js';
import { kindText } from '../troubles/trouble-words.js';
import { explanation } from './opened-connection.js';
import { TimeButton } from './time-button.js';

const FIRST_SHOWN = 4;

export function Explanation() {
  const { value, error } = explanation.value;
  const shown = value?.connection_id === openConnection.value ? value : undefined;
  return (
    <section class="facts" id={EXPLANATION_ID} aria-busy={shown === undefined && error === undefined}>
      <h3 class="section-title">
        Explanation
        {shown?.troubles.map((trouble) => (
          <span key={trouble} class="badge is-bad">
            {kindText(trouble)}
          </span>
        ))}
      </h3>
      {shown === undefined && (
        <p class="facts-note">{error === undefined ? <span class="spinner" /> : error.message}</p>
      )}
      {shown?.sentences.map((sentence) => (
        <Sentence key={sentence.text} sentence={sentence} dayUs={shown.closed_us ?? shown.since_us ?? 0} />
      ))}
    </section>
  );
}

function Sentence({ sentence: { text, evidence }, dayUs }: { sentence: ExplainedSentence; dayUs: number }) {
  const rest = evidence.slice(FIRST_SHOWN);
  return (
    <div class="sentence">
      <p>{localSentence(text, dayUs)}</p>
      {evidence.length > 0 && (
        <ul class="evidence" aria-label="Evidence">
          {evidence.slice(0, FIRST_SHOWN).map((each, index) => (
            <EvidenceItem key={index} evidence={each} dayUs={dayUs} />
          ))}
        </ul>
      )}
      {rest.length > 0 && (
        <details class="evidence-rest">
          <summary>{rest.length} more</summary>
          <ul class="evidence">
            {rest.map((each, index) => (
              <EvidenceItem key={index} evidence={each} dayUs={dayUs} />
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

function EvidenceItem({ evidence, dayUs }: { evidence: ExplainedSentence['evidence'][number]; dayUs: number }) {
  const { atUs, what, connectionId } = evidenceText(evidence, dayUs);
  const isOther = connectionId !== undefined && connectionId !== openConnection.value;
  return (
    <li>
      {atUs !== undefined && <TimeButton us={atUs} dayUs={dayUs} />}
      <span class="evidence-what">
        {what}{' '}
        {isOther && (
          <button type="button" class="link" onClick={() => select({ socket: connectionId })}>
            #{connectionId}
          </button>
        )}
      </span>
    </li>
  );
}

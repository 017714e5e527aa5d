/** What is shown in place of an answer that did not come, or that is empty. */
import type { Failure } from '../server/contract.js';

export function Message({ failure, children }: { failure: Failure['error']; children?: preact.ComponentChildren }) {
  return (
    <div class="message" role="status">
      <p class="message-text">{failure.message}</p>
      {failure.hint !== undefined && (
        <p class="message-hint">
          {failure.hint.split('`').map((text, index) => (index % 2 === 0 ? text : <code key={index}>{text}</code>))}
        </p>
      )}
      {children}
    </div>
  );
}

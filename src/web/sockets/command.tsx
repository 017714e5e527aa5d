/** A command that prints what is shown, and a button that copies it. */
import { copyText } from '../clipboard.js';

export function Command({ text }: { text: string }) {
  return (
    <div class="command">
      <code class="command-text" title={text}>
        {text}
      </code>
      <button
        type="button"
        class="command-copy"
        onClick={() => void copyText(text, 'Command')}
        title="Copy the command"
      >
        Copy
      </button>
    </div>
  );
}

/** A command that prints what is shown, and a button that copies it. */
import { useState } from 'preact/hooks';

const SHOWN_MS = 1500;

export function Command({ text }: { text: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await copyText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), SHOWN_MS);
  };
  return (
    <div class="command">
      <code class="command-text" title={text}>
        {text}
      </code>
      <button type="button" class="command-copy" onClick={() => void copy()} title="Copy the command">
        <span aria-live="polite">{isCopied ? 'Copied' : 'Copy'}</span>
      </button>
    </div>
  );
}

/** Pages without TLS that are not of this host have no clipboard: then a selection is copied as in older browsers. */
async function copyText(text: string): Promise<void> {
  if (navigator.clipboard !== undefined) return navigator.clipboard.writeText(text);
  const field = document.createElement('textarea');
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand('copy');
  field.remove();
}

/** The editor of the SQL page. Its code is loaded with the page of SQL; until it has come, a plain text field does. */
import { useEffect, useRef } from 'preact/hooks';
import type { SchemaAnswer } from '../../server/contract.js';
import type { Editor } from './code-editor.js';

interface Edited {
  /** A new object replaces what is in the editor. */
  readonly shown: { readonly text: string };
  readonly schema: SchemaAnswer | undefined;
  readonly onChange: (text: string) => void;
  readonly onRun: () => void;
}

export function SqlEditor({ shown, schema, onChange, onRun }: Edited) {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor | undefined>(undefined);
  // It may come before the editor does.
  const known = useRef(schema);
  known.current = schema;
  useEffect(() => {
    let isGone = false;
    void import('./code-editor.js').then(({ createEditor }) => {
      if (isGone || host.current === null) return;
      editor.current = createEditor(host.current, shown.text, { onChange, onRun });
      if (known.current !== undefined) editor.current.complete(known.current);
    });
    return () => {
      isGone = true;
      editor.current?.destroy();
    };
  }, []);
  useEffect(() => editor.current?.show(shown.text), [shown]);
  useEffect(() => {
    if (schema !== undefined) editor.current?.complete(schema);
  }, [schema]);
  return <div ref={host} class="editor-host" />;
}

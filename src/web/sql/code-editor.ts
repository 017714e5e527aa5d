/**
 * CodeMirror for SQLite. It stands in a shadow root: there it adopts its style sheets, while in the page it would add a style
 * element, which the Content-Security-Policy forbids.
 */
import { autocompletion, closeBrackets, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { SQLite, sql } from '@codemirror/lang-sql';
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { Compartment, EditorState } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { SchemaAnswer } from '../../server/contract.js';

export interface Editor {
  /** Replaces the text, if it is another one. */
  show(text: string): void;
  /** Completes these tables, columns and functions. */
  complete(schema: SchemaAnswer): void;
  destroy(): void;
}

interface Handlers {
  readonly onChange: (text: string) => void;
  readonly onRun: () => void;
}

const LOOK = EditorView.theme({
  '&': { height: '100%', color: 'var(--ink)', backgroundColor: 'var(--panel)', fontSize: '13px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '20px' },
  '.cm-content': { caretColor: 'var(--ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-gutters': { color: 'var(--ink-3)', backgroundColor: 'var(--panel)', borderRight: '1px solid var(--line)' },
  '.cm-activeLine': { backgroundColor: 'transparent' },
  '&.cm-focused': { outline: 'none' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': { background: 'var(--selected) !important' },
  '.cm-tooltip': { color: 'var(--ink)', backgroundColor: 'var(--raised)', border: '1px solid var(--line-2)' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { color: 'var(--ink)', background: 'var(--selected)' },
  '.cm-completionDetail': { color: 'var(--ink-3)', fontStyle: 'normal' },
});

const COLOURS = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--accent)', fontWeight: '600' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--warning)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--danger)' },
  { tag: tags.comment, color: 'var(--ink-3)' },
]);

/**
 * What is typed over styled text would get its style from Chromium, as an attribute, which the Content-Security-Policy refuses and
 * reports: here it replaces the text without Chromium.
 */
const TYPED_OVER = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { inputType, data, isComposing } = event;
    if (inputType !== 'insertText' || data === null || isComposing || view.state.selection.main.empty) return false;
    event.preventDefault();
    view.dispatch(
      view.state.update(view.state.replaceSelection(data), { userEvent: 'input.type', scrollIntoView: true }),
    );
    return true;
  },
});

export function createEditor(host: HTMLElement, text: string, { onChange, onRun }: Handlers): Editor {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open', delegatesFocus: true });
  const language = new Compartment();
  const run = () => {
    onRun();
    return true;
  };
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: text,
      extensions: [
        keymap.of([
          { key: 'Mod-Enter', run },
          { key: 'Ctrl-Enter', run },
        ]),
        ...[lineNumbers(), history(), drawSelection(), bracketMatching(), closeBrackets(), highlightActiveLine()],
        ...[autocompletion(), EditorView.lineWrapping, TYPED_OVER, LOOK, syntaxHighlighting(COLOURS)],
        keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap]),
        language.of(sql({ dialect: SQLite, upperCaseKeywords: true })),
        EditorView.contentAttributes.of({ 'aria-label': 'SQL statement' }),
        EditorView.updateListener.of(({ docChanged, state }) => {
          if (docChanged) onChange(state.doc.toString());
        }),
      ],
    }),
  });
  return {
    show(next) {
      const now = view.state.doc.toString();
      if (next !== now) view.dispatch({ changes: { from: 0, to: now.length, insert: next } });
    },
    complete({ tables, functions }) {
      const schema = Object.fromEntries(tables.map(({ name, columns }) => [name, [...columns]]));
      const own = functions.map((name) => ({ label: name, type: 'function', apply: `${name.replace(/\(.*$/, '')}(` }));
      const support = sql({ dialect: SQLite, schema, upperCaseKeywords: true });
      const words = support.language.data.of({
        autocomplete: (context: import('@codemirror/autocomplete').CompletionContext) => {
          const word = context.matchBefore(/\w+/);
          return word === null ? null : { from: word.from, options: own };
        },
      });
      view.dispatch({ effects: language.reconfigure([support, words]) });
    },
    destroy: () => view.destroy(),
  };
}

/** Texts that would harm a terminal, forge a line, hide something, or be computed by a spreadsheet; and harmless ones. */

export interface HostileText {
  readonly raw: string;
  /** As text and messages show it. */
  readonly text: string;
  /** As a cell of CSV holds it, once its quotes are read. */
  readonly csv: string;
}

const same = (raw: string): HostileText => ({ raw, text: raw, csv: raw });
const escaped = (raw: string, text: string): HostileText => ({ raw, text, csv: text });
const formula = (raw: string, text = raw): HostileText => ({ raw, text, csv: `'${text}` });

export const HOSTILE_TEXTS: readonly HostileText[] = [
  // Sequences of terminals (ECMA-48), with ESC and with C1.
  escaped('\x1b[2J', '\\x1b[2J'),
  escaped('\x1b[31mred', '\\x1b[31mred'),
  escaped('\x1b]0;title\x07', '\\x1b]0;title\\x07'),
  escaped('\x1b]8;;http://a.test\x1b\\', '\\x1b]8;;http://a.test\\x1b\\'),
  escaped('\x1bP$q\x1b\\', '\\x1bP$q\\x1b\\'),
  escaped('\x1b[?1049h', '\\x1b[?1049h'),
  escaped('\x9b2J', '\\x9b2J'),
  escaped('\x9d0;a\x9c', '\\x9d0;a\\x9c'),
  escaped('a\x90b', 'a\\x90b'),
  escaped('a\x85b', 'a\\x85b'),
  escaped('\x80\x9f', '\\x80\\x9f'),
  // Controls.
  escaped('a\x7f', 'a\\x7f'),
  escaped('abc\x08\x08', 'abc\\x08\\x08'),
  escaped('a\rforged', 'a\\x0dforged'),
  escaped('a\nsstory: forged', 'a\\x0asstory: forged'),
  escaped('a\r\nb', 'a\\x0d\\x0ab'),
  escaped('a\tb', 'a\\x09b'),
  escaped('a\vb\fc', 'a\\x0bb\\x0cc'),
  escaped('\x05\x0e\x0f', '\\x05\\x0e\\x0f'),
  // Direction.
  escaped('a\u202egpj.exe', 'a\\u202egpj.exe'),
  escaped('\u202a\u202b\u202c\u202d', '\\u202a\\u202b\\u202c\\u202d'),
  escaped('a\u2066b\u2069', 'a\\u2066b\\u2069'),
  escaped('\u2067\u2068', '\\u2067\\u2068'),
  escaped('a\u200eb\u200fc', 'a\\u200eb\\u200fc'),
  escaped('a\u061cb', 'a\\u061cb'),
  // Lines.
  escaped('a\u2028b', 'a\\u2028b'),
  escaped('a\u2029b', 'a\\u2029b'),
  // Invisible.
  escaped('ja\u200bva', 'ja\\u200bva'),
  escaped('ja\u200c\u200dva', 'ja\\u200c\\u200dva'),
  escaped('ja\u2060va', 'ja\\u2060va'),
  escaped('\ufeffjava', '\\ufeffjava'),
  escaped('ja\u00adva', 'ja\\xadva'),
  escaped('ja\u180eva', 'ja\\u180eva'),
  escaped('ja\u3164va', 'ja\\u3164va'),
  escaped('ja\u{e0041}va', 'ja\\u{e0041}va'),
  escaped('a\ufff9b\ufffac\ufffb', 'a\\ufff9b\\ufffac\\ufffb'),
  // Formulas.
  formula('=1+1'),
  formula('=HYPERLINK("a.test","b")'),
  formula("+cmd|' /C calc'!A0"),
  formula('-1+1'),
  formula('@SUM(A1)'),
  formula('-'),
  formula('+1 2'),
  formula('\uff1d1+1'),
  formula('=\x1b[2J', '=\\x1b[2J'),
  escaped('\t=1', '\\x09=1'),
  escaped('\r=1', '\\x0d=1'),
  escaped('\n=1', '\\x0a=1'),
  // Numbers as text.
  same('-5'),
  same('+5.25'),
  same('-1e5'),
  same('-9223372036854775808'),
  // Harmless to a terminal, and to be quoted.
  same('a,b'),
  same('a "b" c'),
  same("a'b"),
  same('a|b'),
  same('a;b'),
  same('a\\x1bb'),
  same('\\'),
  same(' a '),
  same('näme'),
  same('名前'),
  same('🙂'),
  same('%s%n$(id)`id`'),
];

/** All of them in one argument: with a word before and after them, and something of each kind. */
export const ALL_HOSTILE = HOSTILE_TEXTS.map(({ raw }) => raw).join(' ');

/** Every control, every line separator, and whatever is invisible or changes the direction. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/** The hidden characters of an output, line feeds at the end of lines apart, as a message; empty: none. */
export function hiddenIn(output: string): string {
  for (const line of output.split('\n')) {
    const at = line.search(HIDDEN);
    if (at >= 0) return `${JSON.stringify(line.slice(Math.max(0, at - 40), at + 20))} has ${codeAt(line, at)}`;
  }
  return '';
}

function codeAt(line: string, at: number): string {
  return `U+${(line.codePointAt(at) ?? 0).toString(16)}`;
}

/**
 * Text of others (names, paths, what a user typed) as it may be shown: nothing in it can move the cursor, change the direction
 * of the text, begin a line, or be invisible. A backslash stays as it is: the result is for reading, JSON is exact.
 */

const MAY_BE_HIDDEN = /[^\x20-\x7e]/;

/** Controls (C0, DEL, C1), line separators, and what is invisible or changes the direction (bidi, zero width). */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** The text with hidden characters escaped: `\x1b`, `\u202e`, `\u{e0041}`. The same text again if there are none. */
export function printable(text: string): string {
  return MAY_BE_HIDDEN.test(text) ? text.replace(HIDDEN, escaped) : text;
}

function escaped(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  const digits = code.toString(16);
  if (code <= 0xff) return `\\x${digits.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${digits.padStart(4, '0')}` : `\\u{${digits}}`;
}

/** The same of text whose line feeds are the program's own. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** A value as JSON on one line: it parses to the value, and hidden characters are escaped as JSON does it, `\u202e`. */
export function jsonText(value: unknown): string {
  const json = JSON.stringify(value);
  // They can be in its strings only.
  return MAY_BE_HIDDEN.test(json) ? json.replace(HIDDEN, jsonEscaped) : json;
}

function jsonEscaped(char: string): string {
  return Array.from({ length: char.length }, (_, index) => {
    return `\\u${char.charCodeAt(index).toString(16).padStart(4, '0')}`;
  }).join('');
}

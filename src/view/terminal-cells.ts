/** How many cells of a terminal a text takes: two for wide characters (East Asian, emoji), none for combining ones. */

const PLAIN = /^[\t\n\x20-\x7e]*$/;
const COMBINING = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
/** Ranges of Unicode's East Asian Width W and F, without gaps that no character fills. */
const WIDE =
  /^[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18df2}\u{1aff0}-\u{1b2fb}\u{1d300}-\u{1d376}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}\p{Emoji_Presentation}]$/u;

/** Controls count as one cell, as for ss. */
export function cellCount(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let cells = 0;
  for (const char of text) cells += widthOf(char);
  return cells;
}

function widthOf(char: string): number {
  if (WIDE.test(char)) return 2;
  return COMBINING.test(char) ? 0 : 1;
}

/** The beginning of the text that fits into that many cells. */
export function cutToCells(text: string, most: number): string {
  if (PLAIN.test(text)) return text.slice(0, most);
  let cells = 0;
  let end = 0;
  for (const char of text) {
    cells += widthOf(char);
    if (cells > most) break;
    end += char.length;
  }
  return text.slice(0, end);
}

/** The text, filled up with spaces to that many cells. */
export function padToCells(text: string, cells: number): string {
  return text + ' '.repeat(Math.max(0, cells - cellCount(text)));
}

/** A sequence that styles text (ECMA-48 SGR), or text without one. */
const ESC = '\x1b';
const STYLED = new RegExp(`${ESC}\\[[\\d;]*m|[^${ESC}]+`, 'g');

/**
 * A text with sequences that style it, cut to that many cells: all sequences are kept, so that no style goes on after the end.
 * @param mark the end of a text that was cut: half a number looks like another one
 */
export function cutStyledToCells(text: string, most: number, mark: string): string {
  const plain = text.replace(STYLED, (piece) => (piece.startsWith(ESC) ? '' : piece));
  if (cellCount(plain) <= most) return text;
  let left = most - cellCount(mark);
  const cutText = text.replace(STYLED, (piece) => {
    if (piece.startsWith(ESC)) return piece;
    const cut = cutToCells(piece, Math.max(0, left));
    left -= cellCount(cut);
    return cut;
  });
  return cutText + mark;
}

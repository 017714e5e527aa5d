/** Help, fitted to the width of a terminal. */

/** Where the second column of a row may begin at most. */
const WIDEST_NAME = 40;

/** The width of stdout: 80 where it is not a terminal, so that the man page is the same everywhere. */
export function helpWidth(): number {
  return process.stdout.isTTY ? process.stdout.columns : 80;
}

/**
 * The text with no line wider than that, where its words allow it. Rows (lines that begin with a blank) continue below their second
 * column; other lines that follow each other are one paragraph if one of them is too wide.
 */
export function fittedText(text: string, width: number): string {
  const fitted: string[] = [];
  let paragraph: string[] = [];
  const endParagraph = () => {
    if (paragraph.some((line) => line.length > width)) fitted.push(...wrapped(paragraph.join(' '), width));
    else fitted.push(...paragraph);
    paragraph = [];
  };
  for (const line of text.split('\n')) {
    if (line !== '' && !line.startsWith(' ')) {
      paragraph.push(line);
      continue;
    }
    endParagraph();
    fitted.push(...(line.length > width ? wrappedRow(line, width) : [line]));
  }
  endParagraph();
  return fitted.join('\n');
}

function wrappedRow(row: string, width: number): string[] {
  const [indent = '', name = ''] =
    /^ *(?:\S.*? {2,}(?=\S))?/
      .exec(row)?.[0]
      .match(/^( *)(.*)$/)
      ?.slice(1) ?? [];
  const start = indent.length + name.length > WIDEST_NAME ? indent : indent + name;
  const hanging = ' '.repeat(start.length);
  const [first = '', ...rest] = wrapped(row.slice(start.length), width - start.length);
  return [start + first, ...rest.map((line) => hanging + line)];
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/ +/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** The preprocessor of bpf/: bpftrace has no macros of its own in the versions that sstory supports. bpf/macros.bt lists the directives. */

/** The text that a use of it becomes, by its arguments. */
export type Macro = (values: readonly string[]) => string;

/** Keeps the lines that `//if tracepoint GROUP:NAME has FIELD`, `//else` and `//end` leave on this kernel. */
export function selectLines(source: string, isKept: (tracepoint: string, field: string) => boolean): string {
  let keeping = true;
  return source
    .split('\n')
    .filter((line) => {
      const condition = /^\/\/if tracepoint (\S+) has (\w+)$/.exec(line);
      if (condition !== null) keeping = isKept(condition[1] ?? '', condition[2] ?? '');
      else if (line === '//else') keeping = !keeping;
      else if (line === '//end') keeping = true;
      else return keeping;
      return false;
    })
    .join('\n');
}

export function withoutComments(source: string): string {
  return source
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('//'))
    .join('\n');
}

export function parseMacros(source: string): [string, Macro][] {
  const definitions = source.matchAll(/^\/\/define (\w+)\(([^)]*)\)\n([\s\S]*?)^\/\/end$/gm);
  return [...definitions].map(([, name = '', list = '', body = '']) => {
    const parameters = list
      .split(',')
      .map((each) => each.trim())
      .filter(Boolean);
    return [name, (values) => substitute(name, body.trimEnd(), parameters, values)];
  });
}

/** Replaces every NAME(arguments) of a macro, those in the bodies of others too. */
export function expand(source: string, macros: ReadonlyMap<string, Macro>): string {
  const call = new RegExp(`\\b(${[...macros.keys()].join('|')})\\(`);
  let text = source;
  for (let match = call.exec(text); match !== null; match = call.exec(text)) {
    const name = match[1] ?? '';
    const open = match.index + name.length;
    const close = closingParenthesis(text, open);
    const values = splitArguments(text.slice(open + 1, close));
    text = text.slice(0, match.index) + (macros.get(name)?.(values) ?? '') + text.slice(close + 1);
  }
  return text;
}

function substitute(name: string, body: string, parameters: readonly string[], values: readonly string[]): string {
  if (parameters.length !== values.length) throw new Error(`bpf/: wrong use of ${name}`);
  if (parameters.length === 0) return body;
  const word = new RegExp(`(?<![\\w$.>@])(${parameters.join('|')})\\b`, 'g');
  return body.replace(word, (parameter) => values[parameters.indexOf(parameter)] ?? '');
}

/** Bytes of an array as one little-endian number, index by index. */
export function bytesOf(array: string, offset: number, count: number): string {
  const parts = Array.from({ length: count }, (_, index) => `((uint64)${array}[${offset + index}] << ${8 * index})`);
  return `(${parts.join(' | ')})`;
}

function closingParenthesis(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if (text[i] === '(') depth++;
    if (text[i] === ')' && --depth === 0) return i;
  }
  throw new Error('bpf/: a parenthesis is not closed');
}

function splitArguments(text: string): string[] {
  if (text.trim() === '') return [];
  const values: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i <= text.length; i++) {
    const char = text[i];
    if (char === '(' || char === '[') depth++;
    if (char === ')' || char === ']') depth--;
    if (i === text.length || (char === ',' && depth === 0)) {
      values.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  return values;
}

/** A minimal SQL tokenizer: finds where statements end, and what they contain, before SQLite parses them. */

export interface SqlToken {
  /** `name`: a word or number; `string`: in single quotes; `quoted`: a name in quotes; `mark`: one other character. */
  readonly kind: 'name' | 'string' | 'quoted' | 'mark';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** One alternative per kind of token, comments and blanks first; an unterminated quote or comment extends to the end. */
const TOKEN =
  /(?<skip>\s+|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|(?<string>'(?:[^']|'')*(?:'|$))|(?<quoted>"(?:[^"]|"")*(?:"|$)|`[^`]*(?:`|$)|\[[^\]]*(?:\]|$))|(?<name>[\p{L}\p{N}_$]+)|(?<mark>[\s\S])/gu;

/** The tokens of a text, without comments and blanks. */
export function sqlTokens(sql: string): SqlToken[] {
  const tokens: SqlToken[] = [];
  for (const { groups = {}, index, 0: text } of sql.matchAll(TOKEN)) {
    const kind = (['string', 'quoted', 'name', 'mark'] as const).find((name) => groups[name] !== undefined);
    if (kind !== undefined) tokens.push({ kind, text, start: index, end: index + text.length });
  }
  return tokens;
}

/** The text of a string token. */
export function stringValue(token: SqlToken): string {
  return token.text.slice(1, token.text.endsWith("'") ? -1 : undefined).replaceAll("''", "'");
}

/** The statements of a text, without their semicolons; `rest`: what follows the last one (empty if complete). */
export function splitStatements(sql: string): { readonly statements: readonly string[]; readonly rest: string } {
  const statements: string[] = [];
  let from = 0;
  let filled = false;
  for (const token of sqlTokens(sql)) {
    if (token.kind !== 'mark' || token.text !== ';') {
      filled = true;
      continue;
    }
    if (filled) statements.push(sql.slice(from, token.start).trim());
    from = token.end;
    filled = false;
  }
  return { statements, rest: filled ? sql.slice(from).trim() : '' };
}

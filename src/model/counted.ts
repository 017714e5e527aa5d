/** `1 connection`, `12,345 connections`. */
export function counted(n: number, noun: string): string {
  return `${n.toLocaleString('en')} ${n === 1 ? noun : pluralOf(noun)}`;
}

/** `connections`, `addresses`. */
export function pluralOf(noun: string): string {
  return /(s|x|ch|sh)$/.test(noun) ? `${noun}es` : `${noun}s`;
}

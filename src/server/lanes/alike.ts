/** Filters that select connections by a value that they share. */
import { isReserved } from '../../filter/terms.js';

/** Words are separated by white space only: such a value cannot be written. */
function isWord(text: string): boolean {
  return text !== '' && !/\s/.test(text) && !isReserved(text);
}

/** undefined where the language cannot express it. */
export function commFilter(comm: string): string | null {
  return isWord(comm) ? `comm = ${comm}` : null;
}

export function addressFilter(address: string): string {
  return address.includes(':') ? `dst [${address}]` : `dst ${address}`;
}

export function nameFilter(name: string): string | null {
  return isWord(name) ? `dst ${name}` : null;
}

export function containerFilter(id: string): string | null {
  return isWord(id) ? `container = ${id}` : null;
}

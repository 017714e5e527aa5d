/**
 * Command lines as getopt_long reads them: bundles of short flags (`-antp`), values attached or in the next word (`-NNAME`,
 * `-N NAME`), long flags with `=` or the next word, abbreviated as long as they are unambiguous; other words in between; `--`
 * ends the flags. Written by hand: the packages for command lines do not support abbreviations, or accept unknown flags.
 */
import type { SstoryError } from '../../model/error.js';

export interface Flag<Flags> {
  /** One letter: `-n`; more: `--numeric`. */
  readonly names: readonly string[];
  /** The name of its value in messages; undefined: it takes no value. */
  readonly value?: string;
  readonly set: (flags: Flags, value: string) => void;
}

type Usage = (message: string) => SstoryError;

/**
 * Sets the flags that it finds, in order, and returns the other words.
 * @param sets an abbreviation is looked up in the first set, then in the next: added flags make no abbreviation ambiguous
 */
export function readWords<Flags>(
  argv: readonly string[],
  sets: readonly (readonly Flag<Flags>[])[],
  flags: Flags,
  usage: Usage,
): string[] {
  const others: string[] = [];
  const rest = [...argv];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') return [...others, ...rest];
    if (word.startsWith('--')) readLong(word.slice(2), rest);
    else if (word.startsWith('-') && word !== '-') readShort(word.slice(1), rest);
    else if (word !== '') others.push(word);
  }
  return others;

  function readShort(letters: string, behind: string[]): void {
    for (let at = 0; at < letters.length; at++) {
      const letter = letters.charAt(at);
      const flag = sets.flat().find(({ names }) => names.includes(letter));
      if (flag === undefined) throw usage(`unknown flag -${letter}`);
      if (flag.value === undefined) {
        flag.set(flags, '');
        continue;
      }
      flag.set(flags, letters.slice(at + 1) || valueBehind(`-${letter}`, flag, behind));
      return;
    }
  }

  function readLong(text: string, behind: string[]): void {
    const equals = text.indexOf('=');
    const name = equals < 0 ? text : text.slice(0, equals);
    const flag = longFlag(name);
    if (flag.value === undefined && equals >= 0) throw usage(`--${name} takes no value`);
    if (flag.value === undefined) flag.set(flags, '');
    else flag.set(flags, equals < 0 ? valueBehind(`--${name}`, flag, behind) : text.slice(equals + 1));
  }

  function longFlag(name: string): Flag<Flags> {
    const exact = sets.flat().find(({ names }) => names.includes(name) && name.length > 1);
    if (exact !== undefined) return exact;
    for (const set of sets) {
      const meant = set.flatMap((flag) => flag.names.filter((each) => each.length > 1 && each.startsWith(name)));
      if (meant.length > 1) throw usage(`--${name} is ambiguous: ${meant.map((each) => `--${each}`).join(', ')}`);
      const flag = set.find(({ names }) => names.some((each) => meant.includes(each)));
      if (flag !== undefined) return flag;
    }
    throw usage(`unknown flag --${name}`);
  }

  function valueBehind(name: string, flag: Flag<Flags>, behind: string[]): string {
    const value = behind.shift();
    if (value === undefined) throw usage(`${name} needs a value: ${flag.value}`);
    return value;
  }
}

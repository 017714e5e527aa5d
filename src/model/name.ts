/** Names of addresses over time: the rows of the table `names`. */
import type { Family } from './address.js';

/** `dns`: an answer that a process of that namespace got; `hosts`: a line of the hosts file that its processes see. */
export type NameSource = 'dns' | 'hosts';

/**
 * Why a name stopped standing for an address: `replaced`: a later answer for it listed other addresses; `gone`: a later
 * answer said that it has none; `removed`: the line left the hosts file.
 */
export type NameEnd = 'replaced' | 'gone' | 'removed';

/** One name, one address, and the time in which the one stood for the other. */
export interface NameRecord {
  /** Lower case, no dot at the end. */
  readonly name: string;
  /** Canonical text; never v4-mapped unless an answer said so. */
  readonly address: string;
  /** When the first answer of an unbroken row of answers came, or the line was first seen. Microseconds, as all times. */
  readonly fromUs: number;
  /** When the last answer's TTL was over, or the name was seen to end; undefined: it holds until something ends it. */
  readonly toUs: number | undefined;
  readonly source: NameSource;
  readonly netns: number;
  /** Undefined: nothing but the TTL ends it. */
  readonly ended: NameEnd | undefined;
}

/** What one DNS answer says of one name: all its addresses of one family, none where it has none. */
export interface NameAnswer {
  readonly name: string;
  readonly family: Family;
  readonly addresses: readonly string[];
  /** The least of the chain that led to the addresses. */
  readonly ttlS: number;
}

const HOST_NAME = /^[a-z\d_](?:[a-z\d_.-]*[a-z\d_-])?$/;
const MOST_CHARACTERS = 253;

/** A host's name as it is stored; undefined for what is no name of a host (RFC 1123, and `_`, which people use). */
export function canonicalName(text: string): string | undefined {
  const name = text.toLowerCase().replace(/\.$/, '');
  return name.length <= MOST_CHARACTERS && HOST_NAME.test(name) ? name : undefined;
}

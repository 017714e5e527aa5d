/** Names of addresses over time: the rows of the table `names`. */
import type { Family } from './address.js';

/** `dns`: an answer that a process of that namespace got; `hosts`: a line of the hosts file that its processes see. */
export const NAME_SOURCES = ['dns', 'hosts'] as const;
export type NameSource = (typeof NAME_SOURCES)[number];

/**
 * Why a name stopped resolving to an address: `replaced`: a later answer listed other addresses; `gone`: a later answer
 * had no addresses; `removed`: the line was removed from the hosts file.
 */
export const NAME_ENDS = ['replaced', 'gone', 'removed'] as const;
export type NameEnd = (typeof NAME_ENDS)[number];

/** One name, one address, and the period in which the name resolved to it. */
export interface NameRecord {
  /** Lower case, no dot at the end. */
  readonly name: string;
  /** Canonical text; v4-mapped only if an answer had it so. */
  readonly address: string;
  /** When the first answer of an unbroken series of answers came, or the line was first seen. Microseconds, as all times. */
  readonly fromUs: number;
  /** When the last answer's TTL expired, or the name was seen to end; undefined: valid until something ends it. */
  readonly toUs: number | undefined;
  readonly source: NameSource;
  readonly netns: number;
  /** Undefined: only the TTL ends it. */
  readonly ended: NameEnd | undefined;
}

/** What one DNS answer reports for one name: all its addresses of one family, possibly none. */
export interface NameAnswer {
  readonly name: string;
  readonly family: Family;
  readonly addresses: readonly string[];
  /** The lowest TTL of the chain that led to the addresses. */
  readonly ttlS: number;
}

const HOST_NAME = /^[a-z\d_](?:[a-z\d_.-]*[a-z\d_-])?$/;
const MOST_CHARACTERS = 253;

/** A host name as it is stored; undefined if the text is not one (RFC 1123, plus `_`, which is common). */
export function canonicalName(text: string): string | undefined {
  const name = text.toLowerCase().replace(/\.$/, '');
  return name.length <= MOST_CHARACTERS && HOST_NAME.test(name) ? name : undefined;
}

/** The parameters of a request. */
import { usageError } from '../model/error.js';

/** A filter or a time that is longer than this is no one's. */
const LONGEST_TEXT = 8_192;

/** The parameters of the query string, by name; of several with one name, the last. */
export type Parameters = Readonly<Record<string, string>>;

/** A host of a fleet, and where that is. */
export interface SliceOf {
  readonly fleet: string;
  readonly host: string;
  /** Its id. */
  readonly machine: string;
}

/** Reads parameters. An empty one is as none. */
export class Query {
  constructor(
    private readonly parameters: Parameters,
    /** What the database is a slice of; undefined: it is a host's own. */
    readonly sliceOf?: SliceOf | undefined,
  ) {}

  /** Whether it was given, even as an empty text. */
  has(name: string): boolean {
    return Object.hasOwn(this.parameters, name);
  }

  /** @throws SstoryError `usage` */
  text(name: string): string | undefined {
    const text = Object.hasOwn(this.parameters, name) ? this.parameters[name] : undefined;
    if (text === undefined || text === '') return undefined;
    if (text.length <= LONGEST_TEXT) return text;
    throw usageError('usage', `${name}: more than ${LONGEST_TEXT.toLocaleString('en')} characters`);
  }

  /** @throws SstoryError `usage` */
  required(name: string): string {
    const text = this.text(name);
    if (text !== undefined) return text;
    throw usageError('usage', `the parameter ${name} is missing`);
  }

  /** A whole number; one beyond `most` is `most`. */
  whole(name: string, { least = 0, most, otherwise }: Bounds): number {
    const text = this.text(name);
    if (text === undefined) return otherwise;
    const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isSafeInteger(value) && value >= least) return Math.min(value, most);
    throw usageError('usage', `${name}: not a whole number of at least ${least}`);
  }

  oneOf<const T extends string>(name: string, values: readonly T[], otherwise: T): T {
    const text = this.text(name);
    if (text === undefined) return otherwise;
    const value = values.find((each) => each === text);
    if (value !== undefined) return value;
    throw usageError('usage', `${name}: none of ${values.join(', ')}`);
  }

  /** `1`, `true` */
  flag(name: string): boolean {
    return this.oneOf(name, ['0', '1', 'true', 'false'], '0').match(/1|true/) !== null;
  }
}

interface Bounds {
  readonly least?: number;
  readonly most: number;
  readonly otherwise: number;
}

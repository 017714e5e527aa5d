import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { parseDuration } from '../../model/duration.js';
import { usageError } from '../../model/error.js';
import { parseSize } from '../../model/size.js';
import type { BoundsOptions } from '../../recorder/bounds.js';
import { argument } from '../command.js';

/** The options as they were given. */
export interface BoundsArguments {
  /** Microseconds. */
  readonly retain?: number;
  readonly maxSize?: SizeLimit;
}

/** The smaller of both counts. */
interface SizeLimit {
  readonly bytes: number;
  /** Of the file system. */
  readonly percent: number;
}

/** Adds the options that limit the age and the size of a history. */
export function withBounds(parser: Command): Command {
  return parser
    .option('--retain <duration>', 'how long a connection is kept after it closes, e.g. 7d', argument(parseDuration))
    .option(
      '--max-size <size>',
      'how large the file may grow, e.g. 2GB, 5% of its file system, or 2GB,5%, the smaller of both: the oldest closed connections are deleted first',
      argument(sizeLimit),
    );
}

/** The bounds of the database at a path. */
export function boundsOf({ retain, maxSize }: BoundsArguments, path: string): BoundsOptions {
  return {
    ...(retain === undefined ? {} : { retain }),
    ...(maxSize === undefined ? {} : { maxSize: Math.min(maxSize.bytes, shareOf(path, maxSize.percent)) }),
  };
}

function shareOf(path: string, percent: number): number {
  if (percent === Number.POSITIVE_INFINITY) return percent;
  const { blocks, bsize } = statfsSync(dirname(path));
  return Math.floor((blocks * bsize * percent) / 100);
}

function sizeLimit(text: string): SizeLimit {
  const limit = { bytes: Number.POSITIVE_INFINITY, percent: Number.POSITIVE_INFINITY };
  for (const part of text.split(',')) {
    const share = /^\s*(\d+(?:\.\d+)?)\s*%\s*$/.exec(part)?.[1];
    if (share === undefined) limit.bytes = Math.min(limit.bytes, sizeWithUnit(part));
    else limit.percent = Math.min(limit.percent, percentage(Number(share), part));
  }
  return limit;
}

function percentage(percent: number, text: string): number {
  if (percent > 0 && percent <= 100) return percent;
  throw usageError('bad-size', `invalid size "${text}"`, 'more than 0%, and at most 100%');
}

/** A number alone is of bytes: so few are a unit that was forgotten. */
const LEAST_BARE_BYTES = 100_000;

function sizeWithUnit(text: string): number {
  const bytes = parseSize(text);
  if (bytes >= LEAST_BARE_BYTES || !/^[\d.]+$/.test(text.trim())) return bytes;
  throw usageError('bad-size', `${text} bytes are too few`, `give a unit: ${text.trim()}GB, ${text.trim()}MB`);
}

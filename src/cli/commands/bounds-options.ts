import type { Command } from 'commander';
import { parseDuration } from '../../model/duration.js';
import { usageError } from '../../model/error.js';
import { parseSize } from '../../model/size.js';
import { argument } from '../command.js';

/** Adds the options that limit the age and the size of a history. */
export function withBounds(parser: Command): Command {
  return parser
    .option('--retain <duration>', 'how long a connection is kept after it closes, e.g. 7d', argument(parseDuration))
    .option(
      '--max-size <size>',
      'how large the file may grow, e.g. 2GB: the oldest closed connections are deleted first',
      argument(sizeWithUnit),
    );
}

/** A number alone is of bytes: so few are a unit that was forgotten. */
const LEAST_BARE_BYTES = 100_000;

function sizeWithUnit(text: string): number {
  const bytes = parseSize(text);
  if (bytes >= LEAST_BARE_BYTES || !/^[\d.]+$/.test(text.trim())) return bytes;
  throw usageError('bad-size', `${text} bytes are too few`, `give a unit: ${text.trim()}GB, ${text.trim()}MB`);
}

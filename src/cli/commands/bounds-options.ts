import type { Command } from 'commander';
import { parseDuration } from '../../model/duration.js';
import { parseSize } from '../../model/size.js';
import { argument } from '../command.js';

/** Adds the options that keep a database within bounds. */
export function withBounds(parser: Command): Command {
  return parser
    .option('--retain <time>', 'how long a connection is kept after its end, e.g. 7d', argument(parseDuration))
    .option(
      '--max-size <size>',
      'how large the file may be, e.g. 2GB: what closed first goes first',
      argument(parseSize),
    );
}

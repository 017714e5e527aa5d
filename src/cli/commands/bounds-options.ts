import type { Command } from 'commander';
import { parseDuration } from '../../model/duration.js';
import { parseSize } from '../../model/size.js';
import { argument } from '../command.js';

/** Adds the options that limit the age and the size of a history. */
export function withBounds(parser: Command): Command {
  return parser
    .option('--retain <duration>', 'how long a connection is kept after it closes, e.g. 7d', argument(parseDuration))
    .option(
      '--max-size <size>',
      'how large the file may grow, e.g. 2GB: the oldest closed connections are deleted first',
      argument(parseSize),
    );
}

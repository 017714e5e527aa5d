import { messageOf, usageError } from '../../model/error.js';

/**
 * The regular expression of -g: as for journalctl, it ignores case if it has no upper-case letter.
 * @throws SstoryError `bad-pattern` (exit code 2)
 */
export function grepPattern(text: string): RegExp {
  try {
    return new RegExp(text, text === text.toLowerCase() ? 'iu' : 'u');
  } catch (error) {
    throw usageError(
      'bad-pattern',
      `-g: ${messageOf(error)}`,
      'a regular expression as in JavaScript: refused|timed out',
    );
  }
}

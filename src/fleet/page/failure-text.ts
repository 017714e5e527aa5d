/** What fails on hosts, in words. */
import { plainAddress } from '../../model/address.js';
import { counted } from '../../model/counted.js';
import { endpoint } from '../../model/four-tuple.js';
import { durationText } from '../../model/time-text.js';
import type { CommonFailure } from './common-failures.js';

/** The end that the connections have in common: where hosts connected to, `:PORT` where they accepted. */
export function failedEnd({ isOutgoing, family, address, port }: CommonFailure): string {
  return isOutgoing === 1 ? endpoint(family === 4 ? plainAddress(address) : address, port) : `:${port}`;
}

export function failureSentence(failure: CommonFailure): string {
  const { kind, isOutgoing, count, hosts, longestUs } = failure;
  const where = `${isOutgoing === 1 ? 'to' : 'accepted at'} ${failedEnd(failure)}`;
  const what = `${counted(count, 'connection')} on ${counted(hosts, 'host')} ${where}`;
  switch (kind) {
    case 'unanswered SYN':
      return `The SYN of ${what} was not answered within a second: for ${durationText(longestUs)} at most.`;
    case 'refused':
      return `${what} ${count === 1 ? 'was' : 'were'} refused.`;
    case 'timed out':
      return `${what} timed out.`;
    case 'reset':
      return `${what} ended by a reset.`;
    case 'no route':
      return `${what} ended because the peer was unreachable.`;
    case 'connect failed':
      return `${what} failed at once for a reason on the host itself.`;
  }
}

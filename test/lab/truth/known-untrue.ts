import type { Kind } from './untruth.js';

/**
 * What is known to be untrue today, with the reason. The tests count and print these, and fail on all others. Whoever makes one of
 * them true deletes its line.
 */
export const KNOWN_UNTRUE: Partial<Record<Kind, string>> = {
  port: 'The second connect of a socket is recorded with the local port of the first one.',
  ghost: 'The second connect of a socket is found again by its next transition, as a row of its own.',
  gap: 'The second connect of a socket, and EADDRNOTAVAIL, look like a break in the chain of states.',
  error: 'The error is reported after the step to UNCONN, when its connection is closed already.',
  'error-elsewhere': 'An error belongs to whichever connection has its four-tuple, in any namespace.',
  'event-elsewhere': 'A reset belongs to whichever connection has its four-tuple, in any namespace.',
  'ended-too-early': 'A connect that fails with EADDRNOTAVAIL ends the TIME-WAIT that has its four-tuple.',
  at: 'The TIME-WAIT that EADDRNOTAVAIL has ended is not there.',
  reason: 'An ICMP error that a non-blocking connect reads early leaves the reason "aborted".',
  owner: 'Owners that were found once stay, and later ones are not looked for.',
  'owner-name': 'The name that an owner got later is not recorded.',
  'at-owner': 'Owners that were found once stay, and later ones are not looked for.',
  'at-owner-name': 'The name that an owner got later is not recorded.',
  'at-unaccepted': 'The process that accepts counts as the owner from the handshake on.',
  'at-ended-netns': 'The TIME-WAITs of a namespace that no snapshot has found do not end with it.',
  'fin-as-byte': 'The kernel counts the FIN of the peer as a byte, and so does the record.',
};

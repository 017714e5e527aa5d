/** Escape: closes the innermost of what is open beside the lanes. */
import { select, selection } from '../selection.js';

export function leave(): void {
  const { socket, at, and } = selection.value;
  if (socket !== undefined) select({ socket: undefined });
  else if (and !== undefined) select({ and: undefined });
  else if (at !== undefined) select({ at: undefined });
}

/** What two answers may differ in although both are right: values that move while nothing happens. */

const MOVING: readonly (readonly [RegExp, string])[] = [
  // Time left of a timer.
  [/timer:\((\w+),[^,)]*,/g, 'timer:($1,*,'],
  // Milliseconds since something was sent, received, acknowledged.
  [/\b(lastsnd|lastrcv|lastack):\d+/g, '$1:*'],
  // How long there has been something to send, and what share of it was spent waiting.
  [/\b(busy|rwnd_limited|sndbuf_limited):\d+ms(\([\d.]+%\))?/g, '$1:*'],
  // All sockets of the namespace: those to the ss process that the test started are among them.
  [/^Total: \d+$/m, 'Total: *'],
];

/**
 * Of `-s`: the kernel counts allocated sockets and orphans of all namespaces together (sockstat_seq_show(), net/ipv4/proc.c), and what others
 * do changes them. The total without the closed ones is the namespace's own.
 */
const TCP_SUMMARY = /^TCP: +(\d+) \((estab \d+), closed (\d+), orphaned \d+, (timewait \d+)\)$/gm;

/** Their values replaced by `*`; all else stays, byte by byte. */
export function maskMoving(text: string): string {
  return MOVING.reduce((masked, [pattern, by]) => masked.replaceAll(new RegExp(pattern, 'gm'), by), text).replaceAll(
    TCP_SUMMARY,
    (_, total: string, established: string, closed: string, timewait: string) =>
      `TCP: closed + ${Number(total) - Number(closed)} (${established}, orphaned *, ${timewait})`,
  );
}

/** Without the widths that such values give to their column. */
export function withoutSpacing(text: string): string {
  return maskMoving(text)
    .split('\n')
    .map((line) => line.replaceAll(/\s+/g, ' ').trim())
    .join('\n');
}

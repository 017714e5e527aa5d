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

/** Their values replaced by `*`; all else stays, byte by byte. */
export function maskMoving(text: string): string {
  return MOVING.reduce((masked, [pattern, by]) => masked.replaceAll(new RegExp(pattern, 'gm'), by), text);
}

/** Without the widths that such values give to their column. */
export function withoutSpacing(text: string): string {
  return maskMoving(text)
    .split('\n')
    .map((line) => line.replaceAll(/\s+/g, ' ').trim())
    .join('\n');
}

/** A network namespace, for as long as dumps found it: a row of the table `namespaces`. */
export interface NamespaceRecord {
  /** Inode number, as `readlink /proc/PID/ns/net` shows it. The kernel gives it to another namespace later. */
  readonly netns: number;
  readonly fromUs: number;
  readonly toUs: number | undefined;
  /** SO_NETNS_COOKIE (Linux 5.14): no other namespace has it until the host is booted; undefined: the kernel has none. */
  readonly netCookie: number | undefined;
  /** As `ip netns` names it; undefined: it has no name. */
  readonly name: string | undefined;
}

/** A network namespace from one time to another; undefined: without a bound. */
export interface NetnsPeriod {
  readonly netns: number;
  readonly fromUs: number | undefined;
  readonly toUs: number | undefined;
}

/** The inode number in `4026531840` or `net:[4026531840]`, as readlink(1) shows it; undefined for any other text. */
export function inodeOfText(text: string): number | undefined {
  const digits = /^(?:net:\[(\d{1,15})\]|(\d{1,15}))$/.exec(text);
  return digits === null ? undefined : Number(digits[1] ?? digits[2]);
}

const MOST_LISTED = 20;

/** A hint for a name that no namespace has. */
export function knownNamespaces(names: readonly string[]): string {
  if (names.length === 0) return 'no namespace has a name: give an inode number (readlink /proc/PID/ns/net)';
  const more = names.length > MOST_LISTED ? ` and ${names.length - MOST_LISTED} more` : '';
  return `known names: ${names.slice(0, MOST_LISTED).join(' ')}${more}; or an inode number`;
}

/** Options of Node that bound V8's heap: without them it grows, the more the newer it is, as long as nothing asks for memory. */
export const SMALL_HEAP = ['--max-old-space-size=128', '--max-semi-space-size=4'] as const;

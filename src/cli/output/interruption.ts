const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Runs long work that Ctrl-C and SIGTERM interrupt: the first signal aborts `asked`, the second ends the process. `asked` is
 * also aborted when the work is done.
 */
export async function interruptible<T>(work: (asked: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  for (const signal of SIGNALS) process.once(signal, onSignal);
  try {
    return await work(stop.signal);
  } finally {
    stop.abort();
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}

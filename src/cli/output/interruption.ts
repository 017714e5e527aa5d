const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Does a long piece of work that Ctrl-C and SIGTERM ask to end: `asked` is aborted by the first of them, and when the work is over.
 * The second one ends the process, as it would any other.
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

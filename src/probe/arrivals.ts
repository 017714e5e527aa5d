/** Between an arrival and the next request, milliseconds. */
const ASK_AFTER_MS = 10;

/** A Transport, as far as it is needed here. */
interface Asked {
  onArrival(listener: () => void): void;
  request(): void;
}

/**
 * Asks for what has happened until something has arrived that `found` recognises, or the time is over. Nothing is asked for after that,
 * also where the transport answers at once.
 */
export function arrives(transport: Asked, found: () => boolean, withinMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    let next: NodeJS.Timeout | undefined;
    const settle = (has: boolean) => {
      clearTimeout(timeout);
      clearTimeout(next);
      transport.onArrival(() => undefined);
      resolve(has);
    };
    const timeout = setTimeout(() => settle(false), withinMs);
    transport.onArrival(() => {
      if (found()) settle(true);
      else next ??= setTimeout(ask, ASK_AFTER_MS);
    });
    const ask = () => {
      next = undefined;
      transport.request();
    };
    ask();
  });
}

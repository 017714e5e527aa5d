/** A body that is written as its reader reads it. */
export class TextStream {
  readonly body: ReadableStream<Uint8Array>;
  /** Aborted when its reader is gone. */
  readonly gone = new AbortController();
  /** Resolves when its reader is gone. */
  readonly left: Promise<void>;
  private readonly encoder = new TextEncoder();
  private controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  private waiting: (() => void)[] = [];
  private wanted = false;
  private hasEnded = false;
  private readonly leave: () => void;

  /** `client`: aborted when the client is gone. */
  constructor(client: AbortSignal) {
    let left: () => void = () => undefined;
    this.left = new Promise((resolve) => {
      left = resolve;
    });
    this.leave = () => {
      this.gone.abort();
      left();
      this.wake();
    };
    client.addEventListener('abort', this.leave, { once: true });
    this.body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.controller = controller;
        },
        pull: () => {
          this.wanted = true;
          this.wake();
        },
        cancel: this.leave,
      },
      { highWaterMark: 0 },
    );
  }

  /** Gives the reader up, who learns why. */
  abandon(why: string): void {
    if (this.gone.signal.aborted) return;
    this.controller?.error(new Error(why));
    this.leave();
  }

  /** Resolves when the reader wants more, or is gone, or nothing more comes. */
  async room(): Promise<void> {
    while (!this.wanted && !this.hasEnded && !this.gone.signal.aborted) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  /** Without waiting for the reader. */
  put(text: string): void {
    if (this.gone.signal.aborted) return;
    this.wanted = false;
    this.controller?.enqueue(this.encoder.encode(text));
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  end(): void {
    if (!this.gone.signal.aborted && !this.hasEnded) this.controller?.close();
    this.hasEnded = true;
    this.wake();
  }
}

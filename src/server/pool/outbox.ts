import type { Reply } from './messages.js';

/** Pieces that may be on their way: with the last one taken, the next is there already. */
const PIECES_AHEAD = 4;

/** What a process that answers sends: no more than the server has room for. */
export class Outbox {
  private ahead = 0;
  private resume: () => void = () => undefined;

  constructor(private readonly send: (reply: Reply) => void) {}

  /** Resolves when there is room for the next piece. */
  async put(text: string): Promise<void> {
    this.send({ kind: 'text', text });
    this.ahead++;
    while (this.ahead >= PIECES_AHEAD) {
      await new Promise<void>((resolve) => {
        this.resume = resolve;
      });
    }
  }

  /** A piece was taken. */
  taken(): void {
    this.ahead--;
    this.resume();
  }
}

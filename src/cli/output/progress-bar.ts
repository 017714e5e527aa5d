import { printable } from '../../model/printable.js';

const WIDTH = 30;
const REDRAW_MS = 200;

/** A progress bar, drawn only if its stream is a terminal. */
export class ProgressBar {
  private drawnMs = 0;
  private drawn = false;

  constructor(private readonly stream: NodeJS.WriteStream) {}

  /** `share` from 0 to 1; undefined if the total is unknown. */
  show(share: number | undefined, text: string): void {
    if (!this.stream.isTTY) return;
    const nowMs = performance.now();
    if (nowMs - this.drawnMs < REDRAW_MS) return;
    this.drawnMs = nowMs;
    this.drawn = true;
    this.stream.write(`\r\x1b[K${share === undefined ? '' : bar(Math.min(1, Math.max(0, share)))}${printable(text)}`);
  }

  end(): void {
    if (this.drawn) this.stream.write('\r\x1b[K');
  }
}

function bar(share: number): string {
  const full = Math.round(share * WIDTH);
  return `[${'#'.repeat(full)}${'.'.repeat(WIDTH - full)}] ${String(Math.floor(share * 100)).padStart(3)}%  `;
}

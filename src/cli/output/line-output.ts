import { once } from 'node:events';

const CHUNK = 32_768;

/** Writes many lines to a stream: in large pieces, and no faster than the reader accepts them. */
export class LineOutput {
  private pending = '';

  constructor(private readonly stream: NodeJS.WritableStream) {}

  async line(text: string): Promise<void> {
    if (this.add(text)) await this.flush();
  }

  /** Adds a line without waiting; true when it is time to `flush`. For loops in which a promise per line would cost the most. */
  add(text: string): boolean {
    this.pending += text;
    this.pending += '\n';
    return this.pending.length >= CHUNK;
  }

  async flush(): Promise<void> {
    if (this.pending === '') return;
    const piece = this.pending;
    this.pending = '';
    if (!this.stream.write(piece)) await once(this.stream, 'drain');
  }
}

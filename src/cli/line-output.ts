import { once } from 'node:events';

const CHUNK = 65_536;

/** Writes many lines to a stream: in large pieces, and no faster than the reader takes them. */
export class LineOutput {
  private pending = '';

  constructor(private readonly stream: NodeJS.WritableStream) {}

  async line(text: string): Promise<void> {
    this.pending += `${text}\n`;
    if (this.pending.length >= CHUNK) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.pending === '') return;
    const piece = this.pending;
    this.pending = '';
    if (!this.stream.write(piece)) await once(this.stream, 'drain');
  }
}

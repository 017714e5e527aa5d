import type { IncomingMessage } from 'node:http';

export interface ServerEvent {
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** The events of /api/stream so far. */
export class ServerEvents {
  private rest = '';
  readonly all: ServerEvent[] = [];
  hasBegun = false;

  constructor(private readonly response: IncomingMessage) {
    response.on('data', (chunk: string) => this.add(chunk));
    response.on('error', () => undefined);
  }

  private add(chunk: string): void {
    this.hasBegun = true;
    const blocks = (this.rest + chunk).split('\n\n');
    this.rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, event, data] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? [];
      if (event !== undefined && data !== undefined) this.all.push({ event, data: JSON.parse(data) });
    }
  }

  of(name: string): Record<string, unknown>[] {
    return this.all.filter(({ event }) => event === name).map(({ data }) => data);
  }

  close(): void {
    this.response.destroy();
  }
}

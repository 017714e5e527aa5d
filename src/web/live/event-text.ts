/** Server-sent events, read from text that comes in pieces: https://html.spec.whatwg.org/multipage/server-sent-events.html */

export interface ServerEvent {
  readonly type: string;
  readonly data: string;
}

/** Returns the events that a piece of the stream completes. */
export class EventText {
  private rest = '';

  take(piece: string): ServerEvent[] {
    const blocks = (this.rest + piece).replaceAll('\r\n', '\n').split('\n\n');
    this.rest = blocks.pop() ?? '';
    return blocks.flatMap((block) => eventOf(block) ?? []);
  }
}

function eventOf(block: string): ServerEvent | undefined {
  let type = 'message';
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const [, field, value = ''] = /^(event|data):? ?(.*)$/.exec(line) ?? [];
    if (field === 'event') type = value;
    else if (field === 'data') data.push(value);
  }
  return data.length === 0 ? undefined : { type, data: data.join('\n') };
}

import { equal } from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { arrives } from '../../src/probe/arrivals.js';

/** A transport that answers each request at once, as the one of text does, and also unasked. */
class Answering {
  requests = 0;
  private listener: () => void = () => undefined;

  onArrival(listener: () => void): void {
    this.listener = listener;
  }

  request(): void {
    this.requests++;
    this.answer();
  }

  answer(): void {
    this.listener();
  }
}

describe('waiting for a record', () => {
  it('ends when it has arrived', async () => {
    const transport = new Answering();
    equal(await arrives(transport, () => transport.requests === 3, 5_000), true);
    equal(transport.requests, 3);
  });

  it('ends after its time, and asks for nothing then', async () => {
    const transport = new Answering();
    equal(await arrives(transport, () => false, 50), false);
    const { requests } = transport;
    transport.answer();
    await delay(50);
    equal(transport.requests, requests);
  });

  it('asks once, however much arrives', async () => {
    const transport = new Answering();
    const waiting = arrives(transport, () => false, 60);
    for (let count = 0; count < 100; count++) transport.answer();
    await waiting;
    equal(transport.requests < 20, true, String(transport.requests));
  });
});

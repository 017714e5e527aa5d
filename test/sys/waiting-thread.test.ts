import { deepEqual } from 'node:assert/strict';
import { MessageChannel } from 'node:worker_threads';
import { runWaiting, WakeUp } from '../../src/sys/waiting-thread.js';

/** What a thread does until it has worked so often; in its turn `at` it is sent messages. */
function logOf(works: number, at: number, messages: readonly string[]): string[] {
  const { port1, port2 } = new MessageChannel();
  const wakeUp = new WakeUp();
  const other = new WakeUp(wakeUp.memory);
  const log: string[] = [];
  const send = (message: string) => other.send(port2, message);
  let worked = 0;
  try {
    runWaiting<string>({
      port: port1,
      wakeUp,
      periodMs: () => 1,
      take: (message) => log.push(message),
      work: () => {
        log.push('work');
        if (++worked === at) for (const message of messages) send(message);
        if (worked === works) send('the end');
      },
      isOver: () => log.at(-1) === 'the end',
    });
  } finally {
    port1.close();
  }
  return log;
}

describe('a thread that waits', () => {
  it('works each time when the period is over', () => {
    deepEqual(logOf(3, 0, []), ['work', 'work', 'work', 'the end']);
  });

  it('takes messages first, all of them, in their order', () => {
    deepEqual(logOf(2, 1, ['one', 'two']), ['work', 'one', 'two', 'work', 'the end']);
  });
});

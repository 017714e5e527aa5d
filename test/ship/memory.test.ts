import { equal } from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { batchOf, connectionOf, usAt, writeHistory } from '../lab/history.js';
import { atMost } from '../lab/number-assertions.js';
import { statusBytes } from '../lab/process-memory.js';
import { SMALL_HEAP } from '../lab/small-heap.js';
import { MAIN } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';

const COMMIT = 5_000;
const [FEW, MANY] = [20_000, 160_000];
/** What a longer run may have more: V8's heap grows for a while. All rows that wait would be several times as much. */
const MOST_MORE_MB = 100;
/** What waits ended over a week, during which no shipper ran. */
const WEEK_S = 7 * 86_400;

describe('the memory of sstory ship', () => {
  const stage = new Stage();
  after(() => stage[Symbol.asyncDispose]());

  /** Ships so many connections. Returns the most that it had resident, MB. */
  async function peakOf(count: number): Promise<number> {
    const directory = await stage.directory();
    const path = join(directory, 'host.db');
    const more = function* () {
      for (let id = 1; id <= count; id += COMMIT) {
        const connections = Array.from({ length: COMMIT }, (_, index) => {
          const atS = Math.floor(((id + index) / count) * WEEK_S);
          const closeReason = index % 4 === 0 ? 'refused' : 'orderly';
          return connectionOf(
            id + index,
            [
              [atS, 'ESTAB'],
              [atS + 1, 'UNCONN'],
            ],
            { closeReason },
          );
        });
        yield batchOf({ connections, throughUs: usAt(Math.ceil(((id + COMMIT) / count) * WEEK_S) + 1) });
      }
    };
    writeHistory(path, { connections: [], endS: 2 * WEEK_S }, more);
    const child = execa(
      process.execPath,
      [...SMALL_HEAP, MAIN, 'ship', '--db', path, '--to', `dir:${join(directory, 'out')}`, '--once'],
      {
        reject: false,
      },
    );
    let peakBytes = 0;
    let ended = false;
    const end = child.then((outcome) => {
      ended = true;
      return outcome;
    });
    while (!ended) {
      peakBytes = Math.max(peakBytes, statusBytes(child.pid ?? 0, 'VmHWM') ?? 0);
      await delay(5);
    }
    const { exitCode, stderr } = await end;
    equal(exitCode, 0, stderr);
    return peakBytes / 2 ** 20;
  }

  it('does not grow with what waits: a week', async function () {
    this.timeout(240_000);
    const few = await peakOf(FEW);
    atMost((await peakOf(MANY)) - few, MOST_MORE_MB, `MB more for ${MANY / FEW} times as much`);
  });
});

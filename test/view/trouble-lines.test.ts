import { deepEqual } from 'node:assert/strict';
import { troublesIn } from '../../src/explain/troubles/troubles.js';
import { Places } from '../../src/query/places.js';
import { troubleParagraphs } from '../../src/view/trouble-lines.js';
import { inHistory } from '../explain/explained.js';
import { connectionOf, usAt } from '../lab/history.js';

const WINDOW = { fromUs: usAt(0), toUs: usAt(100), condition: undefined };
const record = { netns: 1, netCookie: undefined };
const first = { ...record, name: 'blue', fromUs: usAt(1), toUs: usAt(40) };
const second = { ...record, name: 'green', fromUs: usAt(50), toUs: undefined };

/** The last cells of the table of what was refused. */
function lastCells(refusedS: readonly number[]): string[] {
  const connections = refusedS.map((atS, index) =>
    connectionOf(
      index + 1,
      [
        [atS, 'SYN-SENT'],
        [atS + 0.001, 'UNCONN'],
      ],
      { closeReason: 'refused' },
    ),
  );
  return inHistory({ connections, namespaces: [first, second] }, (contextAt) => {
    const context = contextAt();
    const { troubles } = troublesIn(context, WINDOW, 10);
    const places = new Places(context.database);
    const [table = []] = troubleParagraphs(troubles, places, { width: 100, verbose: false, options: [] });
    return table.map((line) => line.trim().split(/\s+/).at(-1) ?? '');
  });
}

describe('the table of troubles', () => {
  it('has a column of network namespaces where there are several, also with one inode number', () => {
    deepEqual(lastCells([20, 60, 70]), ['NETNS', 'green', 'blue']);
    deepEqual(lastCells([20, 30]), ['LISTENER', '10.0.0.2:9200']);
  });
});

import { deepEqual, equal } from 'node:assert/strict';
import { decodeNews, encodeNews } from '../../src/store/news-codec.js';
import { connectionOf } from '../lab/history.js';

const changed = (id: number, firstNewStep: number, isNew = firstNewStep === 0) => ({
  connection: connectionOf(id, [
    [0, 'SYN-SENT'],
    [1, 'ESTAB'],
  ]),
  isNew,
  firstNewStep,
});

describe('what a commit added', () => {
  it('is told of each connection, in order, and short where ids follow one another', () => {
    const changes = [
      changed(7, 0),
      changed(8, 0),
      changed(9, 0),
      changed(3, 1),
      changed(4, 0, false),
      changed(6, 0, false),
    ];
    const text = encodeNews(changes);
    equal(text, '[7,3,0,3,1,1,4,1,0,6,1,0]');
    deepEqual(
      decodeNews(text),
      changes.map(({ connection, firstNewStep }) => ({ connectionId: connection.id, firstNewStep })),
    );
  });

  it('leaves out what has no new step', () => {
    deepEqual(decodeNews(encodeNews([changed(1, 2)])), []);
  });
});

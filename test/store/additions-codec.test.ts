import { deepEqual, equal } from 'node:assert/strict';
import { decodeAdditions, encodeAdditions } from '../../src/store/additions-codec.js';
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
  it('is listed by connection, in order, and in short form for consecutive ids', () => {
    const changes = [
      changed(7, 0),
      changed(8, 0),
      changed(9, 0),
      changed(3, 1),
      changed(4, 0, false),
      changed(6, 0, false),
    ];
    const text = encodeAdditions(changes);
    equal(text, '[7,3,0,3,1,1,4,1,0,6,1,0]');
    deepEqual(
      decodeAdditions(text),
      changes.map(({ connection, firstNewStep }) => ({ connectionId: connection.id, firstNewStep })),
    );
  });

  it('has ends that were written before, behind the others', () => {
    equal(encodeAdditions([changed(7, 0)], { ids: [3, 4, 9], steps: [5, 5, 6] }), '[7,1,0,3,2,5,9,1,6]');
  });

  it('leaves out connections without a new step', () => {
    deepEqual(decodeAdditions(encodeAdditions([changed(1, 2)])), []);
  });
});

import { deepEqual, equal } from 'node:assert/strict';
import fc from 'fast-check';
import { noteLine, notesOf, notesText, type RunNote } from '../../src/model/run-note.js';

const note = fc.record(
  { subject: fc.constantFrom<RunNote['subject']>('probe', 'names', 'import', 'dump'), text: fc.string() },
  { noNullPrototype: true },
);
const DIGEST = 'ab'.repeat(32);

describe('the notes of a run', () => {
  it('are stored as JSON and read back as they were', () => {
    fc.assert(fc.property(fc.array(note), (notes) => deepEqual(notesOf(notesText(notes)), notes)));
    equal(notesText([{ subject: 'names', text: 'a "b"; c' }]), '[{"subject":"names","text":"a \\"b\\"; c"}]');
  });

  it('show their subject in front', () => {
    equal(noteLine({ subject: 'names', text: 'not recorded (--no-names)' }), 'names: not recorded (--no-names)');
  });

  it('are none in an empty text', () => {
    deepEqual(notesOf(''), []);
    deepEqual(notesOf('[]'), []);
  });

  it('are read from the sentences of an older database', () => {
    deepEqual(
      notesOf('no reset events: too old; names: not recorded (--no-names); imported in part: only dport = :9200'),
      [
        { subject: 'probe', text: 'no reset events: too old' },
        { subject: 'names', text: 'not recorded (--no-names)' },
        { subject: 'import', text: 'imported in part: only dport = :9200' },
      ],
    );
  });

  it('are read from the dump that an older database names, whatever its file is called', () => {
    for (const modified of ['1793520000000000', 'at an unknown time']) {
      for (const file of ['monday.dump', '[a]; names: b.dump']) {
        const text = `${file}, modified ${modified}, sha256 ${DIGEST}`;
        deepEqual(notesOf(text), [{ subject: 'dump', text }]);
        deepEqual(notesOf(`${text}; imported in part: up to noon`), [
          { subject: 'dump', text },
          { subject: 'import', text: 'imported in part: up to noon' },
        ]);
      }
    }
  });

  it('are sentences where a text only looks like JSON', () => {
    for (const text of ['[', '[1]', '[{"subject":"names"}]', '[{"subject":"else","text":"x"}]'])
      deepEqual(notesOf(text), [{ subject: 'probe', text }]);
  });
});

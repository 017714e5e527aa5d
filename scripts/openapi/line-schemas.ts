/** The lines of /api/explain, the events of /api/stream and the rows of commands, from the formats of --json. */
import { FORMATS } from '../json-schemas/formats.js';
import { anyOf, described, listOf, object, type Schema, text } from '../json-schemas/shape.js';

const reference = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
const format = (name: keyof typeof FORMATS): Schema => described(FORMATS[name].schema, FORMATS[name].about);

/** With its sentences as a person reads them. */
const withText = (name: string): Schema => ({
  allOf: [
    reference(name),
    object({ text: described(listOf(text), 'the sentences, their times in the zone that was asked for') }),
  ],
});
const event = (name: string, schema: string): Schema =>
  object({ event: { const: name }, data: described(reference(schema), 'as JSON') });

/** By their names in the document. */
export const LINE_SCHEMAS = {
  Transition: format('transition'),
  Gap: format('gap'),
  Change: format('change'),
  Socket: format('socket'),
  Explanation: format('explanation'),
  Trouble: format('trouble'),
  ExplanationLine: withText('Explanation'),
  TroubleLine: withText('Trouble'),
  FleetTroubleLine: described(
    { allOf: [reference('TroubleLine'), object({ hosts: reference('TroubleHosts') })] },
    'over a fleet, without `host`',
  ),
  ExplainLine: described(
    anyOf(
      reference('ExplanationLine'),
      reference('TroubleLine'),
      reference('FleetTroubleLine'),
      reference('ExplainEnd'),
      reference('Failure'),
    ),
    'a line; the last one is an ExplainEnd, or a Failure where it was cut off',
  ),
  StreamEvent: described(
    anyOf(event('transition', 'Transition'), event('gap', 'Gap'), event('tick', 'Tick'), event('missed', 'Missed')),
    'an event: its name, and its data',
  ),
} as const;

export type LineName = keyof typeof LINE_SCHEMAS;

/** What the rows of an answer are. */
export const ROWS_OF_ANSWERS: Readonly<Record<string, Schema>> = {
  SocketTable: reference('Socket'),
  DiffAnswer: reference('Change'),
  LogAnswer: anyOf(reference('Transition'), reference('Gap')),
};

/** What the stream of `sstory serve` has. Times are microseconds since the epoch. */
import Type from 'typebox';

const Time = Type.Integer();
const Count = Type.Integer({ minimum: 0 });

/**
 * GET /api/stream: server-sent events. `transition` and `gap` have a line of `sstory log -f --json` as data, `tick` a Tick once a
 * second, `missed` a Missed where the reader was too slow or the recorder faster than the list of recent changes.
 */
export const Tick = Type.Object({ now_us: Time, recorded_us: Time, behind_us: Count, recording: Type.Boolean() });
export type Tick = Type.Static<typeof Tick>;
export const Missed = Type.Object({ since_us: Time, events: Type.Union([Count, Type.Null()]) });
export type Missed = Type.Static<typeof Missed>;

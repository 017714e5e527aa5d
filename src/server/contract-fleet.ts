/** What a page over a fleet has besides what one over a database has. Times are microseconds since the epoch. */
import Type from 'typebox';

const nullable = <T extends Type.TSchema>(type: T) => Type.Union([type, Type.Null()]);
const Time = Type.Integer();
const Count = Type.Integer({ minimum: 0 });

/** What a page over a fleet is about: all of its hosts, or one of them. */
export const FleetInfo = Type.Object({
  /** Those that sent anything. */
  hosts: Count,
  /** The one that was asked for; null: all. */
  host: nullable(Type.String()),
});
export type FleetInfo = Type.Static<typeof FleetInfo>;

/** GET /api/basis: over a fleet, what the answers about a range rest on, as lines of text. */
export const BasisAnswer = Type.Object({ from_us: Time, to_us: Time, lines: Type.Array(Type.String()) });
export type BasisAnswer = Type.Static<typeof BasisAnswer>;

/** GET /api/explain over a fleet: on which hosts a trouble is. `example` is one of them, as `host` names it. */
export const TroubleHosts = Type.Object({
  count: Count,
  /** Some of them. */
  names: Type.Array(Type.String()),
  example: Type.String(),
});
export type TroubleHosts = Type.Static<typeof TroubleHosts>;

/** Until when a connection of `connectionsSql` is known to have lasted. */
import { FORGOTTEN_AFTER_US } from '../connections-query.js';

/** Up to when each file of each host has sent everything: before a statement that uses what follows. */
export const WITH_COMPLETE = `WITH (SELECT (groupArray(concat(machine, '/', file)), groupArray(toInt64(complete_us))) FROM hosts FINAL) AS complete_of`;

const COMPLETE_US = "transform(concat(machine, '/', file), complete_of.1, complete_of.2, toInt64(known_us))";

/** On the rows of `connectionsSql`. */
export const NOT_FORGOTTEN = `(isNotNull(closed_us) OR toInt64(known_us) + ${FORGOTTEN_AFTER_US} >= least({toUs:Int64}, ${COMPLETE_US}))`;

/** Its end; of an open one up to when its host has sent everything. */
export const OPEN_UNTIL = `ifNull(closed_us, greatest(toInt64(known_us), ${COMPLETE_US}))`;

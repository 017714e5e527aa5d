export type {
  Comparison,
  Expression,
  Filter,
  FilterSubject,
  Name,
  ParsedFilter,
  PortRange,
  Prefix,
  Side,
  Term,
} from './expression.js';
export { matches } from './matches.js';
export { parseNumber } from './number.js';
export { parseFilter } from './parse.js';
export { pinnedPorts } from './pinned-ports.js';
export { isIn, parsePrefix, prefixText } from './prefix.js';
export { type NameLookups, resolveNames } from './resolve.js';
export { compileToSql, type FilterColumns, inetIn, registerInetIn, type SqlCondition } from './sql.js';
export { DEFAULT_STATES, STATE_NAMES, statesOfName } from './state-names.js';

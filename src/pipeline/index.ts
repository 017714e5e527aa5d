export type { CarriedConnection } from './carry-over.js';
export { Correlator, type CorrelatorInput, type CorrelatorOptions } from './correlator.js';
export { correlate, holdSnapshots, isEmpty } from './operators.js';

export type { CarriedConnection } from './carry-over.js';
export { Correlator, type CorrelatorInput, type CorrelatorOptions } from './correlator.js';
export { correlate, holdSnapshots } from './operators.js';

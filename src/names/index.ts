export type { Losses } from './answer-listeners.js';
export { nameChecks } from './capabilities.js';
export { Names, openNames } from './names.js';

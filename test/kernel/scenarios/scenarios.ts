/** What can happen to sockets: each scenario makes it happen and returns what did. */
import { ABORTING } from './aborting.js';
import { AGAIN } from './again.js';
import { CLOSING } from './closing.js';
import { FAILING } from './failing.js';
import { OPENING } from './opening.js';
import { ORPHANS } from './orphans.js';
import type { Scenario } from './scenario.js';

export const SCENARIOS: readonly Scenario[] = [...CLOSING, ...ORPHANS, ...ABORTING, ...FAILING, ...OPENING, ...AGAIN];

import { HISTORY } from './0001-history.js';
import { NAMES } from './0002-names.js';
import { PRUNINGS } from './0003-prunings.js';
import { BOUND } from './0004-bound.js';
import { CLOSED_INDEX } from './0004-closed-index.js';
import { CLOSINGS } from './0004-closings.js';
import { FACTS } from './0004-facts.js';
import { HOST } from './0004-host.js';
import { OWNERS } from './0004-owners.js';
import { SAMPLES, SAMPLES_VIEW } from './0004-samples.js';
import { LIVES } from './0005-lives.js';

/** `user_version` of a database is how many of these were applied to it. Released migrations never change. */
export const MIGRATIONS: readonly string[] = [
  HISTORY,
  NAMES,
  PRUNINGS,
  CLOSED_INDEX + FACTS + CLOSINGS + OWNERS + SAMPLES + SAMPLES_VIEW + HOST + BOUND,
  LIVES,
];

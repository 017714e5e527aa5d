import { HISTORY } from './0001-history.js';

/** Numbered from 1: `user_version` of a database is how many of them it has. Released ones never change. */
export const MIGRATIONS: readonly string[] = [HISTORY];

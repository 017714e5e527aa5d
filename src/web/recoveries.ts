import { signal } from '@preact/signals';

/** Counts how often a fleet that could not be asked answered again: what had failed is asked again then. */
export const recoveries = signal(0);

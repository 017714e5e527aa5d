/** The default of `--fleet`. */
export const FLEET_VARIABLE = 'SSTORY_FLEET';

/** The fleet that a question is for, and by what it was given; undefined: it is for the history of one host. */
export function fleetAsked(option: string | undefined): { readonly name: string; readonly url: string } | undefined {
  if (option !== undefined) return { name: '--fleet', url: option };
  const url = process.env[FLEET_VARIABLE];
  return url ? { name: FLEET_VARIABLE, url } : undefined;
}

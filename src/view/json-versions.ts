/**
 * The version of each format of `--json`: increased when a key is removed or changes its type or meaning. Keys may be added without
 * that. The schemas are in docs/json/.
 */
export const JSON_VERSIONS = {
  transition: 1,
  gap: 1,
  timeline: 1,
  explanation: 1,
  trouble: 1,
  'fleet-trouble': 1,
  change: 1,
  socket: 1,
  match: 1,
  name: 1,
  top: 1,
  count: 1,
  status: 1,
  info: 1,
  check: 1,
  basis: 1,
  ends: 1,
  shipping: 1,
} as const satisfies Readonly<Record<string, number>>;

export type JsonFormat = keyof typeof JSON_VERSIONS;

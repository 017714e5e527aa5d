/** Words in which the formats of JSON are declared: each is a schema (JSON Schema, draft 2020-12). */

export interface Schema {
  readonly [keyword: string]: unknown;
}

export const text: Schema = { type: 'string' };
export const integer: Schema = { type: 'integer' };
export const boolean: Schema = { type: 'boolean' };
export const number: Schema = { type: 'number' };
/** Microseconds since the epoch. */
export const us: Schema = { type: 'integer', description: 'microseconds since the Unix epoch' };
export const iso: Schema = {
  type: 'string',
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z$',
  description: 'the same time in ISO 8601, UTC',
};
export const spanUs: Schema = { type: 'integer', description: 'microseconds' };

/** The schema, or null: not known, or none. */
export function orNull(schema: Schema): Schema {
  const { type, enum: values, anyOf } = schema;
  if (Array.isArray(anyOf)) return { ...schema, anyOf: [...(anyOf as Schema[]), { type: 'null' }] };
  if (type === undefined) return { anyOf: [schema, { type: 'null' }] };
  const types = Array.isArray(type) ? (type as string[]) : [type as string];
  return {
    ...schema,
    type: [...types, 'null'],
    ...(Array.isArray(values) ? { enum: [...(values as unknown[]), null] } : {}),
  };
}

export function described(schema: Schema, description: string): Schema {
  return { ...schema, description };
}

export function oneOf(...values: readonly string[]): Schema {
  return { type: 'string', enum: [...new Set(values)] };
}

export function listOf(items: Schema): Schema {
  return { type: 'array', items };
}

/** An object that has all of these keys; `optional` ones it may have. */
export function object(
  properties: Readonly<Record<string, Schema>>,
  optional: Readonly<Record<string, Schema>> = {},
): Schema {
  return { type: 'object', required: Object.keys(properties), properties: { ...properties, ...optional } };
}

export function anyOf(...schemas: readonly Schema[]): Schema {
  return { anyOf: schemas };
}

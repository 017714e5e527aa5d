/** The OpenAPI document of the server, made from the contract and, for the rows of commands, from the formats of --json. */
import { VERSION } from '../../src/sys/version.js';
import { LINE_SCHEMAS, ROWS_OF_ANSWERS } from './line-schemas.js';
import { ANSWER_SCHEMAS, type ParameterNote, REQUESTS, type RequestNote } from './requests.js';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

const NAME_OF_SCHEMA: ReadonlyMap<unknown, string> = new Map(
  Object.entries(ANSWER_SCHEMAS).map(([name, schema]) => [schema, name]),
);

/** OpenAPI 3.1. */
export function openApiDocument(): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'sstory serve',
      version: VERSION,
      description: 'The TCP history of a host. Times are microseconds since the epoch.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: 'http://127.0.0.1:7070' }],
    security: [{ token: [] }],
    paths: Object.fromEntries(
      REQUESTS.map((request) => [request.path, { [request.method ?? 'get']: operation(request) }]),
    ),
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: {
        ...Object.fromEntries(
          Object.entries(ANSWER_SCHEMAS).map(([name, schema]) => [name, withRows(name, members(schema))]),
        ),
        ...(LINE_SCHEMAS as { readonly [name: string]: Json }),
      },
    },
  };
}

function operation({ summary, parameters, answer, media, csv, open, method, path }: RequestNote): Json {
  const schema: Json =
    answer === undefined ? (media === undefined ? { type: 'object' } : { type: 'string' }) : reference(answer);
  return {
    operationId: path.replace(/^\/(?:api\/)?/, '').replaceAll(/[^a-z]+/g, '_'),
    summary,
    ...(open === true ? { security: [] } : {}),
    ...(parameters.length === 0 ? {} : { parameters: parameters.map(parameter) }),
    ...(method === 'post' ? { requestBody: SQL_BODY } : {}),
    responses: {
      200: {
        description: 'the answer',
        content: {
          [media ?? 'application/json']: { schema },
          ...(csv === true ? { 'text/csv': { schema: { type: 'string' } } } : {}),
        },
      },
      default: { description: 'why it failed', content: { 'application/json': { schema: reference('Failure') } } },
    },
  };
}

const SQL_BODY: Json = {
  required: true,
  content: {
    'application/json': { schema: { type: 'object', required: ['sql'], properties: { sql: { type: 'string' } } } },
  },
};

function parameter({ name, text, type = 'string', values, required, in: place = undefined }: ParameterNote): Json {
  return {
    name,
    in: place ?? 'query',
    description: text,
    ...(required === true ? { required } : {}),
    schema: values === undefined ? { type } : { type, enum: [...values] },
  };
}

function reference(name: string): Json {
  return { $ref: `#/components/schemas/${name}` };
}

/** Of an answer with the rows of a command: what its rows are. */
function withRows(name: string, schema: Json): Json {
  const items = ROWS_OF_ANSWERS[name];
  if (items === undefined) return schema;
  const { properties, ...rest } = schema as { readonly properties: { readonly [key: string]: Json } };
  return { ...rest, properties: { ...properties, rows: { type: 'array', items: items as Json } } };
}

/** A schema within another one: by its name, if it has one. */
function nested(schema: unknown): Json {
  const name = NAME_OF_SCHEMA.get(schema);
  return name === undefined ? members(schema) : reference(name);
}

/** A schema in the dialect of OpenAPI 3.1, JSON Schema 2020-12: there, a tuple has `prefixItems`. */
function members(schema: unknown): Json {
  if (Array.isArray(schema)) return schema.map(nested);
  if (typeof schema !== 'object' || schema === null) return schema as Json;
  const { items, additionalItems, ...rest } = schema as Record<string, unknown>;
  const others = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, nested(value)]));
  if (Array.isArray(items)) return { ...others, prefixItems: items.map(nested), items: additionalItems === true };
  return items === undefined ? others : { ...others, items: nested(items) };
}

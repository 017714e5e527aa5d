/** Every request of the API, as the OpenAPI document describes it. */
import * as contract from '../../src/server/contract.js';
import * as fleet from '../../src/server/contract-fleet.js';
import * as stream from '../../src/server/contract-stream.js';
import type { LineName } from './line-schemas.js';

/** A schema of the contract. */
export type AnswerName = keyof typeof ANSWER_SCHEMAS | LineName;

/** The answers that have a name in the document. */
export const ANSWER_SCHEMAS = {
  Failure: contract.Failure,
  GapMark: contract.GapMark,
  Info: contract.Info,
  Overview: contract.Overview,
  Lane: contract.Lane,
  LaneGroup: contract.LaneGroup,
  LaneAnswer: contract.LaneAnswer,
  SocketTable: contract.SocketTable,
  DiffAnswer: contract.DiffAnswer,
  LogAnswer: contract.LogAnswer,
  StayAnswer: contract.StayAnswer,
  SampleAnswer: contract.SampleAnswer,
  ConnectionAnswer: contract.ConnectionAnswer,
  ExplainEnd: contract.ExplainEnd,
  Completion: contract.Completion,
  SqlLine: contract.SqlLine,
  SchemaAnswer: contract.SchemaAnswer,
  Tick: stream.Tick,
  Missed: stream.Missed,
  FleetInfo: fleet.FleetInfo,
  BasisAnswer: fleet.BasisAnswer,
  TroubleHosts: fleet.TroubleHosts,
} as const;

export interface ParameterNote {
  readonly name: string;
  readonly text: string;
  readonly type?: 'integer' | 'string';
  readonly values?: readonly string[];
  readonly required?: true;
  readonly in?: 'path';
}

export interface RequestNote {
  readonly path: string;
  readonly method?: 'post';
  readonly summary: string;
  readonly parameters: readonly ParameterNote[];
  /** Of lines and events: of each of them. undefined: text. */
  readonly answer?: AnswerName;
  /** Of the answer; default: JSON. */
  readonly media?: 'application/x-ndjson' | 'text/event-stream' | 'text/plain' | 'application/octet-stream';
  /** It is answered as CSV too. */
  readonly csv?: true;
  /** Without the token. */
  readonly open?: true;
}

const TIME = 'microseconds since the epoch, or a time as --since takes it';
const FILTER: ParameterNote = { name: 'filter', text: "which connections, in ss's filter language, or their ids" };
const NETNS: ParameterNote = {
  name: 'netns',
  text: 'only this network namespace: its name at that time, or its inode number',
};
const RANGE: readonly ParameterNote[] = [
  { name: 'from', text: `the beginning of the range: ${TIME}; default: the beginning of what is recorded` },
  { name: 'to', text: `its end: ${TIME}; default: the end of what is recorded` },
];
const FORMAT: ParameterNote = { name: 'format', text: 'json, or a table', values: ['json', 'csv'] };
const WIDTH: ParameterNote = { name: 'width', text: 'of a lane, pixels', type: 'integer' };
const TIME_ZONE: ParameterNote = { name: 'tz', text: 'the time zone of the texts: Europe/Zurich' };
const HOST: ParameterNote = { name: 'host', text: 'over a fleet: the host, by its name or machine id' };
const VIEW: readonly ParameterNote[] = [...RANGE, FILTER, NETNS, HOST, FORMAT];

export const REQUESTS: readonly RequestNote[] = [
  {
    ...{ path: '/healthz', summary: 'whether the server runs', parameters: [], media: 'text/plain', open: true },
  },
  { path: '/api/info', summary: 'what is recorded, and by whom', parameters: [HOST], answer: 'Info' },
  {
    ...{ path: '/api/basis', answer: 'BasisAnswer', parameters: [...RANGE, HOST, TIME_ZONE] },
    summary: 'over a fleet only: which hosts have sent everything of a range',
  },
  {
    ...{ path: '/api/overview', summary: 'numbers over time', answer: 'Overview', csv: true },
    parameters: [...VIEW, { name: 'buckets', text: 'how many, at most 4000', type: 'integer' }],
  },
  {
    ...{ path: '/api/timeline', summary: 'connections as lanes, or groups of them', answer: 'LaneAnswer', csv: true },
    parameters: [
      ...[...VIEW, WIDTH],
      { name: 'group', text: 'groups instead of lanes', values: contract.GROUPINGS },
      { name: 'within', text: 'the lanes of the group with this key' },
      { name: 'sort', text: 'the order', values: contract.SORTS },
      { name: 'ids', text: 'the lanes of these connections alone, whatever the filter: ids, separated by commas' },
      { name: 'find', text: 'the id of a connection: `place` in the answer says where it stands', type: 'integer' },
      { name: 'offset', text: 'how many lanes or groups are left out first', type: 'integer' },
      { name: 'limit', text: 'how many are answered, at most 10000', type: 'integer' },
    ],
  },
  {
    ...{ path: '/api/ss', summary: 'the socket table of a moment', answer: 'SocketTable', csv: true },
    parameters: [
      { name: 'at', text: `${TIME}; default: the end of what is recorded` },
      ...[FILTER, NETNS, HOST, FORMAT],
      { name: 'text', text: "1: in ss's columns too", values: ['0', '1'] },
      { name: 'columns', text: 'keys of the rows, separated by commas; default: all' },
      { name: 'offset', text: 'how many rows are left out first', type: 'integer' },
      { name: 'limit', text: 'how many are answered, at most 100000; default: 10000', type: 'integer' },
    ],
  },
  {
    ...{ path: '/api/diff', summary: 'what changed between two moments', answer: 'DiffAnswer', csv: true },
    parameters: [
      { name: 'first', text: TIME, required: true },
      { name: 'second', text: TIME, required: true },
      ...[FILTER, NETNS, HOST, FORMAT],
    ],
  },
  {
    ...{ path: '/api/log', summary: 'the last transitions of a range', answer: 'LogAnswer', csv: true },
    parameters: [...VIEW, { name: 'limit', text: 'how many, at most 10000', type: 'integer' }],
  },
  {
    ...{ path: '/api/connection/{id}', summary: 'one connection', answer: 'ConnectionAnswer', csv: true },
    parameters: [
      { name: 'id', text: 'its id', type: 'integer', in: 'path', required: true },
      ...[...RANGE, WIDTH, HOST, FORMAT],
    ],
  },
  {
    ...{ path: '/api/explain', answer: 'ExplainLine', media: 'application/x-ndjson', csv: true },
    summary:
      'why a connection is in its state, or what looks wrong in a range, worst first; the last line is an ExplainEnd',
    parameters: [
      { name: 'id', text: 'a connection; default: what looks wrong in the range', type: 'integer' },
      { name: 'at', text: `with id, the moment that is explained: ${TIME}` },
      TIME_ZONE,
      { name: 'limit', text: 'how many, at most 200', type: 'integer' },
      ...VIEW,
    ],
  },
  {
    ...{ path: '/api/complete', summary: 'what can stand at a place of a filter', answer: 'Completion' },
    parameters: [
      { name: 'filter', text: 'the filter as typed so far' },
      { name: 'caret', text: 'the place, UTF-16 units; default: its end', type: 'integer' },
      ...[...RANGE, HOST],
    ],
  },
  {
    path: '/api/schema',
    summary: 'tables, functions and examples for SQL',
    parameters: [HOST],
    answer: 'SchemaAnswer',
  },
  {
    ...{
      path: '/api/sql',
      method: 'post',
      answer: 'SqlLine',
      media: 'application/x-ndjson',
      parameters: [HOST, FORMAT],
    },
    ...{ summary: 'runs one statement that reads, at most 30 s and 10000 rows', csv: true },
  },
  {
    ...{ path: '/api/stream', media: 'text/event-stream', answer: 'StreamEvent', parameters: [FILTER, NETNS] },
    summary: 'what is recorded from now on: the schema has the name and the data (JSON) of each event',
  },
  {
    ...{ path: '/api/perfetto', media: 'application/octet-stream', parameters: [...RANGE, FILTER, NETNS, HOST] },
    summary: 'the connections of a range as a Perfetto trace',
  },
  { path: '/metrics', summary: 'metrics for Prometheus', parameters: [], media: 'text/plain' },
  { path: '/api/openapi.json', summary: 'this document', parameters: [] },
];

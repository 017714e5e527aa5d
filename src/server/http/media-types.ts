/** Of answers. */
export const JSON_TYPE = 'application/json; charset=utf-8';
export const JSON_LINES = 'application/x-ndjson; charset=utf-8';
export const CSV_TYPE = 'text/csv; charset=utf-8';
export const EVENT_STREAM = 'text/event-stream; charset=utf-8';
export const BYTES = 'application/octet-stream';

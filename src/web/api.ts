/** Requests to the server. */
import type { Failure } from '../server/contract.js';
import { asked, pageHost } from './fleet/page-host.js';
import { authorization } from './token.js';

/** A request that was answered with an error, or not at all. */
export class RequestError extends Error {
  constructor(
    readonly status: number,
    readonly failure: Failure['error'],
  ) {
    super(failure.message);
  }
}

export type Parameters = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * A path below /api with its parameters; those that are undefined or empty are left out. Over a fleet, with the host of the page; what
 * names no times gets those that are shown, so that the server finds what it has read of that host.
 */
export function address(path: string, parameters: Parameters = {}): string {
  const search = new URLSearchParams();
  const given = pageHost === '' ? parameters : { ...asked(parameters), host: pageHost };
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined && value !== '' && value !== false) search.set(name, value === true ? '1' : String(value));
  }
  return search.size === 0 ? `api/${path}` : `api/${path}?${search}`;
}

/**
 * The JSON of an answer.
 * @throws RequestError; DOMException `AbortError` where `signal` ended it
 */
export async function getJson<T>(url: string, signal?: AbortSignal): Promise<T> {
  const response = await request(url, signal === undefined ? {} : { signal });
  return (await response.json()) as T;
}

/**
 * The lines of an answer of many, while they come.
 * @throws RequestError; DOMException `AbortError` where the signal of `init` ended it
 */
export async function* jsonLines<T>(url: string, init: RequestInit = {}): AsyncGenerator<T> {
  const { body } = await request(url, init);
  if (body === null) return;
  let rest = '';
  for await (const text of texts(body)) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield JSON.parse(line) as T;
  }
  if (rest !== '') yield JSON.parse(rest) as T;
}

/** @throws RequestError */
export async function request(url: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(url, { ...init, headers: { ...authorization(), ...init.headers } }).catch(
    (error: unknown) => {
      if (error instanceof DOMException) throw error;
      throw new RequestError(0, {
        code: 'unreachable',
        message: 'the server does not answer',
        hint: '`sstory serve` starts it',
      });
    },
  );
  if (response.ok) return response;
  throw new RequestError(response.status, await failureOf(response));
}

async function failureOf(response: Response): Promise<Failure['error']> {
  if (response.status === 401) {
    const hint = '`sstory url` prints a link that has it';
    return { code: 'no-token', message: 'this page does not have the token of this server', hint };
  }
  const text = await response.text();
  try {
    return (JSON.parse(text) as Failure).error;
  } catch {
    return { code: 'http', message: text.slice(0, 200) || `the server answered ${response.status}` };
  }
}

async function* texts(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield decoder.decode(value, { stream: true });
    }
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}

import { SstoryError } from '../../model/error.js';

/**
 * The body of a request, if it is not too large.
 * @throws SstoryError `too-large`
 */
export async function boundedBody(request: Request, mostBytes: number): Promise<string> {
  if (Number(request.headers.get('Content-Length') ?? 0) > mostBytes) throw tooLarge(mostBytes);
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += piece.length;
    if (bytes > mostBytes) throw tooLarge(mostBytes);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function tooLarge(mostBytes: number): SstoryError {
  return new SstoryError('too-large', `the body has more than ${mostBytes.toLocaleString('en')} bytes`);
}

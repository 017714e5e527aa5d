/** Passes a piece of an answer on; resolves when there is room for the next one. */
export type PutPiece = (piece: string) => Promise<void>;

/** Characters of a piece that is passed on: less costs more messages than it saves memory. */
const PIECE = 65_536;

/** Passes on a text, in pieces of about one size. */
export async function sendPieces(pieces: Iterable<string>, put: PutPiece): Promise<void> {
  let waiting = '';
  for (const piece of pieces) {
    waiting += piece;
    if (waiting.length < PIECE) continue;
    let at = 0;
    while (waiting.length - at >= PIECE) {
      const end = endOfPiece(waiting, at + PIECE);
      await put(waiting.slice(at, end));
      at = end;
    }
    waiting = waiting.slice(at);
  }
  if (waiting !== '') await put(waiting);
}

/** Not between the two halves of a character: each piece is encoded by itself. */
function endOfPiece(text: string, at: number): number {
  const code = text.charCodeAt(at - 1);
  return code >= 0xd800 && code <= 0xdbff ? at + 1 : at;
}

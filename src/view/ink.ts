/** How text is emphasized on a terminal. */
import { coloured, type Paint, plain } from './state-colour.js';

export interface Ink {
  readonly state: Paint;
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly inverse: (text: string) => string;
}

const same = (text: string) => text;
const styled = (code: number) => (text: string) => (text === '' ? '' : `\x1b[${code}m${text}\x1b[0m`);

export const inked: Ink = { state: coloured, strong: styled(1), faint: styled(2), inverse: styled(7) };

/** For terminals without colours, and for NO_COLOR. */
export const noInk: Ink = { state: plain, strong: same, faint: same, inverse: same };

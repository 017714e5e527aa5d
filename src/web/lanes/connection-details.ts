/** What is recorded of single connections, asked for when it is needed and kept for a while. */
import { signal } from '@preact/signals';
import type { ConnectionAnswer, StayAnswer } from '../../server/contract.js';
import { address, getJson } from '../api.js';

const MOST_KEPT = 64;
/** An open connection goes on changing. */
const FRESH_MS = 2000;

const kept = new Map<number, { readonly answer: ConnectionAnswer; readonly at: number }>();
/** Counts the answers: what reads it is run again when one comes. */
export const detailsVersion = signal(0);

export function knownDetails(id: number): ConnectionAnswer | undefined {
  return kept.get(id)?.answer;
}

export async function detailsOf(id: number): Promise<ConnectionAnswer> {
  const known = kept.get(id);
  if (known !== undefined) {
    const isOver = known.answer.lane.closed_us !== null;
    if (isOver || performance.now() - known.at < FRESH_MS) return known.answer;
  }
  const answer = await getJson<ConnectionAnswer>(address(`connection/${id}`));
  kept.delete(id);
  kept.set(id, { answer, at: performance.now() });
  for (const oldest of kept.keys()) {
    if (kept.size <= MOST_KEPT) break;
    kept.delete(oldest);
  }
  detailsVersion.value++;
  return answer;
}

/** The stay at a time, with some slack for those that are shorter than a pixel: then the shortest one. */
export function stayAt(stays: readonly StayAnswer[], us: number, slackUs: number): StayAnswer | undefined {
  const near = stays.filter(({ from_us, to_us }) => from_us <= us + slackUs && (to_us ?? Infinity) >= us - slackUs);
  const lengthUs = ({ from_us, to_us }: StayAnswer) => (to_us ?? Infinity) - from_us;
  const short = near.filter((stay) => lengthUs(stay) <= 2 * slackUs).sort((a, b) => lengthUs(a) - lengthUs(b));
  return short[0] ?? near.find(({ from_us, to_us }) => from_us <= us && us < (to_us ?? Infinity)) ?? near[0];
}

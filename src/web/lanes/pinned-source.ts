/** The lanes of the pinned connections: of the range that the lanes below them show. */
import { computed } from '@preact/signals';
import type { Lane, LaneAnswer } from '../../server/contract.js';
import { answerTo } from '../answer.js';
import { address } from '../api.js';
import { pinned } from '../selection.js';
import type { Drawn } from './drawn-row.js';
import { pages, pagesVersion } from './lane-source.js';

/** The same text while the same is asked: a page that is loaded below changes nothing here. */
const url = computed(() => {
  pagesVersion.value;
  const drawn = pages.value;
  if (drawn === undefined || pinned.value.length === 0) return undefined;
  const { fromUs, toUs, width } = drawn.question;
  return address('timeline', { from: fromUs, to: toUs, width, ids: pinned.value.join(',') });
});

const answer = answerTo<LaneAnswer>(() => url.value);

/** What the pixels of the pinned lanes mean. */
export const pinnedOf = computed<Drawn | undefined>(() => {
  const { value } = answer.value;
  return value && { fromUs: value.from_us, toUs: value.to_us, width: value.width };
});

/** One for each pinned connection; without a lane while it loads, and where it was pruned. */
export const pinnedLanes = computed<readonly { readonly id: number; readonly lane: Lane | undefined }[]>(() => {
  const lanes = new Map(answer.value.value?.lanes.map((lane) => [lane.connection_id, lane]));
  return pinned.value.map((id) => ({ id, lane: lanes.get(id) }));
});

/** It has not been answered yet. */
export const isPinnedLoading = computed(() => answer.value.value === undefined || answer.value.loading);

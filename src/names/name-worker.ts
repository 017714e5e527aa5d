/** The worker thread that hears names: nothing it does, or waits for, holds up the recording. */
import { parentPort, workerData } from 'node:worker_threads';
import type { NameRecord } from '../model/name.js';
import { listNetns, ownNetns } from '../sys/netns.js';
import { AnswerListeners, type HeardMessage, type Losses } from './answer-listeners.js';
import { readAnswers } from './dns-answer.js';
import { HostsWatch } from './hosts-watch.js';
import { NameBook } from './name-book.js';

export interface WorkerOptions {
  readonly netns: 'all' | 'self';
  /** DNS records of an earlier recording that may still hold. */
  readonly known: readonly NameRecord[];
}

/** `follow`: network namespaces have come or gone. `stop`: hand over what is there, and end. */
export type WorkerOrder = 'follow' | 'stop';

export type WorkerNews =
  | { readonly kind: 'ready'; readonly refusal: string | undefined }
  | { readonly kind: 'changed'; readonly records: readonly NameRecord[] }
  | { readonly kind: 'missed'; readonly losses: Losses }
  | { readonly kind: 'ended' };

const POLL_MS = 200;
const MOST_PASSES = 50;
/** Hosts files are looked at every this many polls. */
const LOOK_EVERY = 5;
/** A namespace may get its first process, with a hosts file of its own, long after it came. */
const FOLLOW_EVERY = 50;

const { netns: which, known } = workerData as WorkerOptions;
const losses: Losses = { dropped: 0, unreadable: 0 };
const listeners = new AnswerListeners(losses);
const book = new NameBook(known);
const hosts = new HostsWatch();
let lastLookUs = nowUs();
let polls = 0;
let told = 0;

function nowUs(): number {
  return Date.now() * 1000;
}

function tell(news: WorkerNews): void {
  parentPort?.postMessage(news);
}

function tellChanged(records: readonly NameRecord[]): void {
  if (records.length > 0) tell({ kind: 'changed', records });
}

function tellMissed(): void {
  const sum = losses.dropped + losses.unreadable;
  if (sum === told) return;
  told = sum;
  tell({ kind: 'missed', losses: { ...losses } });
}

function follow(): void {
  const places = which === 'all' ? listNetns() : [{ netns: ownNetns(), path: '/proc/self/ns/net' }];
  for (const netns of listeners.follow(places).gone) book.forget(netns);
  tellChanged(hosts.follow(places, nowUs()));
}

/** Reads on while there is more, but never for so long that orders wait. */
function hear(): void {
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    const heard = listeners.drain();
    if (heard.length === 0) break;
    for (const each of heard) take(each);
    tellChanged(book.takeChanged());
  }
}

function take({ netns, atUs, message }: HeardMessage): void {
  const answers = readAnswers(message);
  if (answers === undefined) losses.unreadable++;
  for (const answer of answers ?? []) book.add(answer, netns, atUs);
}

function look(): void {
  const atUs = nowUs();
  tellChanged(hosts.look(lastLookUs, atUs));
  lastLookUs = atUs;
  if (hosts.takeStale()) follow();
}

const timer = setInterval(() => {
  hear();
  if (++polls % FOLLOW_EVERY === 0) follow();
  if (polls % LOOK_EVERY === 0) look();
  if (polls % LOOK_EVERY === 0) tellMissed();
}, POLL_MS);

parentPort?.on('message', (order: WorkerOrder) => {
  if (order === 'follow') {
    follow();
    look();
    return;
  }
  clearInterval(timer);
  hear();
  look();
  tellMissed();
  tell({ kind: 'ended' });
  listeners.closeAll();
  parentPort?.close();
});

follow();
look();
tell({ kind: 'ready', refusal: listeners.refusal });

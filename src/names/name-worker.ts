/** The worker thread that observes names: nothing it does, or waits for, delays the recorder. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Interval } from '../model/interval.js';
import type { NameRecord } from '../model/name.js';
import { listNetns, ownNetns } from '../sys/netns.js';
import { runWaiting, WakeUp } from '../sys/waiting-thread.js';
import { AnswerListeners, type Losses, type ReceivedMessage } from './answer-listeners.js';
import { readAnswers } from './dns-answer.js';
import { HostsWatch } from './hosts-watch.js';
import { NameBook } from './name-book.js';

export interface WorkerOptions {
  readonly netns: 'all' | 'self';
  /** DNS records of an earlier run that may still be valid. */
  readonly known: readonly NameRecord[];
}

export interface WorkerData extends WorkerOptions {
  readonly wakeUp: WakeUp['memory'];
}

/** `follow`: network namespaces have appeared or ended. `stop`: report the rest, and end. */
export type WorkerOrder = 'follow' | 'stop';

/** What was missed so far, and of it what was dropped in the last period. */
export interface Missed extends Readonly<Losses> {
  readonly lately: { readonly dropped: number; readonly period: Interval };
}

export type WorkerReport =
  | { readonly kind: 'ready'; readonly refusal: string | undefined }
  | { readonly kind: 'changed'; readonly records: readonly NameRecord[] }
  | { readonly kind: 'missed'; readonly missed: Missed }
  | { readonly kind: 'ended' };

const POLL_MS = 200;
const MOST_PASSES = 50;
/** Hosts files are looked at every this many polls. */
const LOOK_EVERY = 5;
/** A namespace may get its first process, with a hosts file of its own, long after it appeared. */
const FOLLOW_EVERY = 50;

const { netns: which, known, wakeUp } = workerData as WorkerData;
const losses: Losses = { dropped: 0, unreadable: 0 };
const listeners = new AnswerListeners(losses);
const book = new NameBook(known);
const hosts = new HostsWatch();
let lastLookUs = nowUs();
let polls = 0;
let isOver = false;
let reported: Losses = { ...losses };
let lastReportUs = nowUs();

function nowUs(): number {
  return Date.now() * 1000;
}

function report(message: WorkerReport): void {
  parentPort?.postMessage(message);
}

function reportChanged(records: readonly NameRecord[]): void {
  if (records.length > 0) report({ kind: 'changed', records });
}

function reportMissed(): void {
  const period = { fromUs: lastReportUs, toUs: nowUs() };
  lastReportUs = period.toUs;
  const dropped = losses.dropped - reported.dropped;
  if (dropped === 0 && losses.unreadable === reported.unreadable) return;
  reported = { ...losses };
  report({ kind: 'missed', missed: { ...losses, lately: { dropped, period } } });
}

function follow(): void {
  const places = which === 'all' ? listNetns() : [{ netns: ownNetns(), path: '/proc/self/ns/net' }];
  for (const netns of listeners.follow(places).gone) book.forget(netns);
  reportChanged(hosts.follow(places, nowUs()));
}

/** Reads on while there is more, but never for so long that orders wait. */
function receive(): void {
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    const messages = listeners.drain();
    if (messages.length === 0) break;
    for (const each of messages) take(each);
    reportChanged(book.takeChanged());
  }
}

function take({ netns, atUs, message }: ReceivedMessage): void {
  const answers = readAnswers(message);
  if (answers === undefined) losses.unreadable++;
  for (const answer of answers ?? []) book.add(answer, netns, atUs);
}

function look(): void {
  const atUs = nowUs();
  reportChanged(hosts.look(lastLookUs, atUs));
  lastLookUs = atUs;
  if (hosts.takeStale()) follow();
}

function poll(): void {
  receive();
  if (++polls % FOLLOW_EVERY === 0) follow();
  if (polls % LOOK_EVERY === 0) look();
  if (polls % LOOK_EVERY === 0) reportMissed();
}

function obey(order: WorkerOrder): void {
  if (order === 'follow') {
    follow();
    look();
    return;
  }
  isOver = true;
  receive();
  look();
  reportMissed();
  report({ kind: 'ended' });
  listeners.closeAll();
  parentPort?.close();
}

follow();
look();
report({ kind: 'ready', refusal: listeners.refusal });
if (parentPort !== null)
  runWaiting({
    port: parentPort,
    wakeUp: new WakeUp(wakeUp),
    periodMs: () => POLL_MS,
    take: obey,
    work: poll,
    isOver: () => isOver,
  });

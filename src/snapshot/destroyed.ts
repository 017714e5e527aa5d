import { createRequire } from 'node:module';
import type { Observable } from 'rxjs';
import { messageOf } from '../model/error.js';
import type { Destroyed, DestroyedLoss } from '../model/snapshot.js';
import { DestroyListeners, listenIn } from './destroy-listeners.js';

/** Loaded when it is needed: it takes three times as long as the rest of this folder, and a single dump does not need it. */
const rxjs = () => createRequire(import.meta.url)('rxjs') as typeof import('rxjs');

const POLL_MS = 50;
/** Namespaces are listed again every this many polls. */
const LIST_EVERY = 20;

export interface DestroyedOptions {
  readonly netns: 'all' | 'self';
}

/**
 * The sockets that the kernel destroys, with their last tcp_info, and the losses where it dropped some. Every process may
 * listen in its own namespace; those that cannot be entered (CAP_SYS_ADMIN) are left out. A message is read up to 50 ms
 * after the fact. Fails where the kernel's answers cannot be read.
 */
export function openDestroyFeed({ netns }: DestroyedOptions): Observable<Destroyed | DestroyedLoss> {
  const { Observable } = rxjs();
  return new Observable((subscriber) => {
    const listeners = new DestroyListeners();
    let polls = 0;
    const poll = () => {
      try {
        if (polls++ % LIST_EVERY === 0) listeners.follow(netns);
        listeners.drain((value) => subscriber.next(value));
      } catch (error) {
        subscriber.error(error);
      }
    };
    const timer = setInterval(poll, POLL_MS);
    subscriber.add(() => {
      clearInterval(timer);
      listeners.close();
    });
    poll();
  });
}

/** Why this process cannot receive destroy notifications in its own namespace, undefined where it can. */
export function destroyedRefusal(): string | undefined {
  try {
    listenIn('/proc/self/ns/net').close();
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

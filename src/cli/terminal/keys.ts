/** The keys of the live table: the same as in below and atop where those have one. */
import type { Key } from 'node:readline';

export type Direction = 1 | -1;

export type Action =
  | { readonly kind: 'quit' | 'interrupt' | 'suspend' | 'redraw' | 'pause' | 'start' | 'end' | 'order' | 'help' }
  | { readonly kind: 'step' | 'sample' | 'speed' | 'jump'; readonly direction: Direction }
  | { readonly kind: 'scroll'; readonly by: 'row' | 'page' | 'all'; readonly direction: Direction };

const BY_CHARACTER: ReadonlyMap<string, Action> = new Map<string, Action>([
  ['q', { kind: 'quit' }],
  [' ', { kind: 'pause' }],
  ['z', { kind: 'pause' }],
  ['.', { kind: 'step', direction: 1 }],
  [',', { kind: 'step', direction: -1 }],
  ['t', { kind: 'sample', direction: 1 }],
  ['T', { kind: 'sample', direction: -1 }],
  ['j', { kind: 'jump', direction: 1 }],
  ['J', { kind: 'jump', direction: -1 }],
  ['b', { kind: 'jump', direction: 1 }],
  ['r', { kind: 'start' }],
  ['e', { kind: 'end' }],
  ['+', { kind: 'speed', direction: 1 }],
  ['=', { kind: 'speed', direction: 1 }],
  [']', { kind: 'speed', direction: 1 }],
  ['-', { kind: 'speed', direction: -1 }],
  ['[', { kind: 'speed', direction: -1 }],
  ['o', { kind: 'order' }],
  ['?', { kind: 'help' }],
  ['h', { kind: 'help' }],
]);

const BY_NAME: ReadonlyMap<string, Action> = new Map<string, Action>([
  ['right', { kind: 'step', direction: 1 }],
  ['left', { kind: 'step', direction: -1 }],
  ['up', { kind: 'scroll', by: 'row', direction: -1 }],
  ['down', { kind: 'scroll', by: 'row', direction: 1 }],
  ['pageup', { kind: 'scroll', by: 'page', direction: -1 }],
  ['pagedown', { kind: 'scroll', by: 'page', direction: 1 }],
  ['home', { kind: 'scroll', by: 'all', direction: -1 }],
  ['end', { kind: 'scroll', by: 'all', direction: 1 }],
]);

const BY_CONTROL: ReadonlyMap<string, Action> = new Map<string, Action>([
  ['c', { kind: 'interrupt' }],
  ['d', { kind: 'quit' }],
  ['z', { kind: 'suspend' }],
  ['l', { kind: 'redraw' }],
]);

/** The action of a key; undefined for keys without one. */
export function actionOf({ name = '', sequence = '', ctrl, meta }: Key): Action | undefined {
  if (ctrl === true) return BY_CONTROL.get(name);
  if (meta === true) return undefined;
  return BY_CHARACTER.get(sequence) ?? BY_NAME.get(name);
}

export const REPLAY_HELP: readonly string[] = [
  '  space        pause, continue',
  '  . or right   the next transition (and pause)   , or left   the previous one',
  '  t  T         the next and the previous sample',
  '  j  J  b      go to a time: +10s, -2m (J: 2m back), 14:05:30, 2026-11-21T02:13:33.1Z, start, end',
  '  r  e         go to the beginning, to the end',
  '  + or ]       faster                            - or [      slower',
  '  o            order: by opening, or latest change first',
  '  up down      scroll, also by page up and down, home and end',
  '  q  Ctrl-C    quit                              Ctrl-Z      suspend',
  '',
  '  Signs: + appeared, * changed its state, - gone.  age: time in this state.',
  '  ~ is not certain.  ~inferred: not observed.  ~uncertain: may have changed already.  ~gap: the record has a gap.',
];

export const LIVE_HELP: readonly string[] = [
  '  space        pause, continue',
  '  o            order: by opening, or latest change first',
  '  up down      scroll, also by page up and down, home and end',
  '  q  Ctrl-C    quit                              Ctrl-Z      suspend',
  '',
  '  Signs: + appeared, * changed its state, - gone.  age: time in this state.',
  '  ~ is not certain.  ~inferred: not observed.',
  '  Earlier times: sstory replay, sstory log, sstory timeline.',
];

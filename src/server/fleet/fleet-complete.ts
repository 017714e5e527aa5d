import { wordOptions } from '../answers/complete-words.js';
import { caretIn } from '../complete/caret.js';
import type { Completion } from '../contract.js';
import type { FleetAsked } from './fleet-asked.js';

const MOST_OPTIONS = 50;

/** GET /api/complete without `host`: the words of the language, and the names of hosts. */
export async function fleetComplete({ query, reader }: FleetAsked): Promise<Completion> {
  const text = query.text('filter') ?? '';
  const caret = caretIn(text, query.whole('caret', { most: text.length, otherwise: text.length }));
  const { from } = caret;
  if (caret.expected !== 'value') return { from, options: wordOptions(caret).slice(0, MOST_OPTIONS) };
  if (caret.keyword !== 'machine') return { from, options: wordOptions(caret) };
  const typed = caret.prefix.toLowerCase();
  const hosts = (await reader.machines())
    .map(({ host }) => host)
    .filter((host) => host.toLowerCase().startsWith(typed));
  return {
    from,
    options: [...new Set(hosts)]
      .slice(0, MOST_OPTIONS)
      .map((host) => ({ text: host, kind: 'value' as const, detail: null, connections: null })),
  };
}

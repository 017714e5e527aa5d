/** `sstory ss`: the socket table now, or at a recorded time. Loads only what the flags need. */

import { type FleetAsked, fleetAsked } from '../fleet/asked.js';
import { say } from '../output/say.js';
import { parseSsFlags, type SsFlags } from './flags.js';

/** The command. Without --at it reads the kernel, and needs no database. */
export async function run(argv: readonly string[]): Promise<number> {
  const flags = parseSsFlags(argv);
  if (flags.help) {
    process.stdout.write((await import('./help.js')).SS_HELP);
    return 0;
  }
  if (flags.version) {
    process.stdout.write(`sstory ${(await import('../../sys/version.js')).VERSION}\n`);
    return 0;
  }
  if (flags.others.length > 0) say(`TCP only: for ${flags.others.map(({ what }) => what).join(', ')} use ss`);
  const fleet = fleetOf(flags);
  if (flags.summary && flags.at !== undefined && fleet !== undefined) {
    const { summary, listing } = await (await import('./fleet-at.js')).fleetSummaryAtTime(flags, flags.at, fleet);
    process.stdout.write(summary);
    if (listing !== undefined) await (await import('./output.js')).show(listing, flags);
    return 0;
  }
  if (flags.summary && flags.at !== undefined) {
    const { summary, listing } = await (await import('./at.js')).summaryAtTime(flags, flags.at);
    process.stdout.write(summary);
    if (flags.tcp) await (await import('./output.js')).show(await listing(), flags);
    else await checkFilter(flags);
    return 0;
  }
  if (flags.summary) {
    process.stdout.write((await import('./summary.js')).summaryText(flags.netns));
    if (!flags.tcp) {
      await checkFilter(flags);
      return 0;
    }
  }
  if (flags.dumpTo !== undefined) {
    await (await import('./dump.js')).writeDump(flags, flags.dumpTo);
    return 0;
  }
  if (flags.events) return (await import('./events.js')).followEvents(flags);
  // Loaded at the same time: each waits for the disk.
  const [sockets, { show }] = await Promise.all([socketsOf(flags), import('./output.js')]);
  await show(sockets, flags);
  return 0;
}

/** The fleet that a recorded moment is asked for. */
function fleetOf({ at, db, fleet }: SsFlags): FleetAsked | undefined {
  return at === undefined || db !== undefined ? undefined : fleetAsked(fleet);
}

/**
 * A summary is of all sockets; a filter that cannot be read is an error all the same, as for ss.
 * @throws SstoryError of the filter language
 */
async function checkFilter(flags: SsFlags): Promise<void> {
  if (flags.filter.length === 0 && flags.filterFile === undefined) return;
  const { filterWords, readSelection } = await import('./selection.js');
  if (flags.at === undefined) await readSelection(flags);
  else (await import('../../filter/parse.js')).parseFilter(filterWords(flags), flags.family);
}

async function socketsOf(flags: SsFlags) {
  const fleet = fleetOf(flags);
  if (flags.at !== undefined && fleet !== undefined)
    return (await import('./fleet-at.js')).fleetSocketsAtTime(flags, flags.at, fleet);
  if (flags.at !== undefined) return (await import('./at.js')).socketsAtTime(flags, flags.at);
  return (await import('./live.js')).liveSockets(flags);
}

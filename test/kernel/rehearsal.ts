import { missing } from '../lab/privileges.js';
import type { Stage } from '../lab/stage.js';
import { NotOnThisKernel, type Truth } from './scenarios/scenario.js';
import { SCENARIOS } from './scenarios/scenarios.js';

/** All scenarios, run at the same time, each with the truths that it returned or the error that ended it. */
export class Rehearsal {
  private constructor(
    private readonly outcomes: ReadonlyMap<string, Truth[] | Error>,
    /** When the first one began: what was opened earlier was in an earlier namespace with the same inode number. */
    readonly startedUs: number,
  ) {}

  static async of(stage: Stage): Promise<Rehearsal> {
    const startedUs = Date.now() * 1000;
    const outcomes = SCENARIOS.map(async ({ name, run }): Promise<[string, Truth[] | Error]> => {
      try {
        return [name, await run(stage)];
      } catch (error) {
        return [name, error instanceof Error ? error : new Error(String(error))];
      }
    });
    return new Rehearsal(new Map(await Promise.all(outcomes)), startedUs);
  }

  /** What a scenario's sockets really did. Fails as the scenario did; skips the test where this kernel cannot do it. */
  truths(name: string, context: Mocha.Context): readonly Truth[] {
    const outcome = this.outcomes.get(name) ?? new Error(`no scenario "${name}" was run`);
    if (outcome instanceof NotOnThisKernel) return missing(context, outcome.message);
    if (outcome instanceof Error) throw outcome;
    return outcome;
  }

  /** The truths that have such a part, of all scenarios that this kernel can run. Fails where none has. */
  having<Part extends 'alsoHeldBy' | 'events' | 'noEvents'>(part: Part): (Truth & Required<Pick<Truth, Part>>)[] {
    const all = [...this.outcomes.values()].flatMap((outcome) => (outcome instanceof Error ? [] : outcome));
    const found = all.filter((truth): truth is Truth & Required<Pick<Truth, Part>> => truth[part] !== undefined);
    if (found.length === 0) throw new Error(`no scenario that was completed has ${part}`);
    return found;
  }
}

/** The namespaces in which some sockets were. */
export function namespacesOf(truths: readonly Truth[]): number[] {
  return [...new Set(truths.map((truth) => truth.netns))];
}

import { readFileSync } from 'node:fs';
import { Argument } from 'commander';
import { declaredCommand } from '../command.js';
import { SUMMARIES } from '../summaries.js';

/** The scripts that are shipped: scripts/completions/ makes them from the --help of every command. */
const SCRIPTS = new URL('../../../../scripts/packaging/completions/', import.meta.url);
const FILE_OF_SHELL = { bash: 'sstory', zsh: '_sstory', fish: 'sstory.fish' } as const;

const DETAILS = `
Now, in this shell:        source <(sstory completion bash)
For every shell from now:  sstory completion bash > /etc/bash_completion.d/sstory
                           sstory completion zsh > "\${fpath[1]}/_sstory"
                           sstory completion fish > ~/.config/fish/completions/sstory.fish
The Debian package has them installed. Commands, options, the words of a filter, and the names of processes and the ports that
the database has are completed.`;

/** `sstory completion`: prints the completion script of a shell. */
export const run = declaredCommand({
  name: 'completion',
  summary: SUMMARIES.completion,
  declare: (parser) =>
    parser
      .addArgument(new Argument('<shell>', 'which shell').choices(Object.keys(FILE_OF_SHELL)))
      .addHelpText('after', DETAILS),
  run: async (_options, [shell = 'bash']) => {
    process.stdout.write(readFileSync(new URL(FILE_OF_SHELL[shell as keyof typeof FILE_OF_SHELL], SCRIPTS)));
    return 0;
  },
});

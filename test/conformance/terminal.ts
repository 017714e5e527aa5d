import { execFileSync } from 'node:child_process';

/**
 * What programs print on a terminal of that many columns, one after the other, as text with plain line feeds. `script`
 * (util-linux) makes the terminal.
 */
export function onTerminal(
  columns: number,
  commands: readonly string[],
  env: Readonly<Record<string, string>>,
): string[] {
  const between = '-- next --';
  const line = [`stty cols ${columns}`, ...commands.map((command) => `${command}; echo '${between}'`)].join('; ');
  const options = { encoding: 'utf8', env: { ...process.env, ...env }, maxBuffer: 2 ** 26 } as const;
  const printed = execFileSync('script', ['-qec', line, '/dev/null'], { ...options, input: '' });
  return printed.replaceAll('\r\n', '\n').split(`${between}\n`).slice(0, -1);
}

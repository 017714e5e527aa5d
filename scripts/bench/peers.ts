/** tcpstates and tcplife of libbpf-tools, run beside the same load for comparison. */
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { usageOf } from './process-usage.js';

export interface Peer {
  readonly name: string;
  /** Lines that it prints for a connection: a transition each, or one for each end. */
  readonly linesPerConnection: number;
  readonly command: readonly string[];
}

/** Until its programs are attached: it says nothing. */
const ATTACH_MS = 2_000;
const PROGRAMS = '/usr/sbin';

/** Those that are installed in a tree of Debian 13 with the package libbpf-tools; none without a tree. */
export function peersIn(tree: string | undefined): Peer[] {
  if (tree === undefined) return [];
  const peers = [
    { name: 'tcpstates', linesPerConnection: 10 },
    { name: 'tcplife', linesPerConnection: 2 },
  ];
  return peers
    .map((peer) => ({ ...peer, program: `${PROGRAMS}/${peer.name}-libbpf` }))
    .filter(({ program }) => existsSync(`${tree}${program}`))
    .map(({ program, ...peer }) => ({ ...peer, command: inTree(tree, program) }));
}

/** A command line that runs a program of the tree, which sees this host's /proc, /sys and /dev; nothing stays mounted. */
function inTree(tree: string, program: string): string[] {
  const enter = 'for each in proc sys dev; do mount --rbind "/$each" "$0/$each"; done; exec chroot "$0" "$1"';
  return ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', enter, tree, program];
}

/** Runs a load beside a peer: what the load gave, and how many lines the peer printed. */
export async function beside<Result>(
  { command }: Peer,
  load: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly lines: number; readonly cpuSeconds: number }> {
  const [file = '', ...words] = command;
  const peer = execa(file, words, { reject: false, buffer: false, detached: true });
  let newlines = 0;
  peer.stdout?.on('data', (chunk: Buffer) => {
    for (const byte of chunk) if (byte === 10) newlines++;
  });
  await delay(ATTACH_MS);
  const result = await load();
  await delay(ATTACH_MS);
  const { cpuSeconds } = usageOf(peer.pid ?? 0);
  peer.kill('SIGINT');
  await peer;
  // The first line is the header.
  return { result, lines: Math.max(0, newlines - 1), cpuSeconds };
}

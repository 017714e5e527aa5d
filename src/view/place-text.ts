/** Where a connection is, in words. */
import type { CgroupParts } from '../model/cgroup.js';
import type { Place } from '../model/place.js';
import { printable } from '../model/printable.js';

/** Runtimes print so many digits of an id. */
const SHORT_ID = 12;
const LONG_ID = /^[0-9a-f]{32,}/;

/** `netns blue (4026532177)`; without a name `netns 4026532177`. */
export function netnsText(netns: number, name: string | undefined): string {
  return printable(name === undefined ? `netns ${netns}` : `netns ${name} (${netns})`);
}

/** `container 3f2a9c0d1e2f  pod 6c2a4b1e-7f3d-4a58-9c61-0d2f8e4b7a93  unit nginx.service`; empty where the path says nothing. */
export function cgroupText(cgroup: CgroupParts | undefined): string {
  const { container, pod, unit } = cgroup ?? {};
  const parts = [
    container === undefined ? [] : [`container ${shortId(container)}`],
    pod === undefined ? [] : [`pod ${pod}`],
    unit === undefined ? [] : [`unit ${unit}`],
  ];
  return printable(parts.flat().join('  '));
}

/** What a line has of it, behind the process: the name of the namespace and the container. */
export function placeText({ netnsName, cgroup }: Place): string {
  const name = netnsName === undefined ? '' : `  netns ${netnsName}`;
  const container = cgroup?.container === undefined ? '' : `  container ${shortId(cgroup.container)}`;
  return printable(name + container);
}

function shortId(id: string): string {
  return LONG_ID.test(id) ? id.slice(0, SHORT_ID) : id;
}

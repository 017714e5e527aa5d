import type { RecordedCgroup } from '../model/cgroup.js';
import type { LoggedConnection } from '../model/connection.js';
import type { Place } from '../model/place.js';

/** Which socket a connection is, in JSON: the same keys in every answer, behind `connection_id`. */
export function connectionFields({ netns, tuple }: Pick<LoggedConnection, 'netns' | 'tuple'>) {
  return {
    netns,
    family: tuple.family,
    local_addr: tuple.localAddr,
    local_port: tuple.localPort,
    remote_addr: tuple.remoteAddr,
    remote_port: tuple.remotePort,
  };
}

/** Where a connection is, in JSON: the same keys in every answer. */
export function placeFields({ netnsName, cgroup }: Place) {
  return { netns_name: netnsName ?? null, ...cgroupFields(cgroup) };
}

export function cgroupFields(cgroup: RecordedCgroup | undefined) {
  return {
    cgroup: cgroup?.path ?? null,
    container: cgroup?.container ?? null,
    pod: cgroup?.pod ?? null,
    unit: cgroup?.unit ?? null,
  };
}

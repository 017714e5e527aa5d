import type { LoggedConnection } from '../model/connection.js';

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

/** `sstory serve --fleet`: the page over many hosts. */
import { messageOf } from '../../model/error.js';
import { recordServer } from '../../server/running-servers.js';
import { startServer } from '../../server/server.js';
import { ServiceManager } from '../../sys/notify.js';
import type { FleetAsked } from '../fleet/asked.js';
import { interruptible } from '../output/interruption.js';
import { say } from '../output/say.js';
import type { ListenAddress } from './listen-address.js';
import { giveUpCapabilities } from './privileges.js';
import { TOKEN_VARIABLE, tokenFor } from './token.js';

export interface FleetServeOptions {
  readonly listen: ListenAddress;
  readonly allowHost: readonly string[];
  readonly tokenFile?: string;
}

/**
 * Serves until it is interrupted; resolves with the exit code. A fleet that cannot be reached is reported, and asked again with each request.
 * @throws SstoryError `bad-fleet-url`, `no-file`
 */
export async function serveFleet(
  fleet: FleetAsked,
  { listen, allowHost, tokenFile }: FleetServeOptions,
): Promise<number> {
  const { FleetDesk } = await import('../../server/fleet/fleet-desk.js');
  const token = tokenFor(listen, tokenFile);
  giveUpCapabilities({ [TOKEN_VARIABLE]: token });
  const desk = new FleetDesk(fleet);
  const server = await startServer({ file: '', fleet: desk, ...listen, token, hosts: allowHost });
  const url = `http://${server.address}/#token=${token}`;
  const record = recordServer(desk.text, url);
  process.stdout.write(`${url}\n`);
  ServiceManager.of(process.env)?.ready();
  say(`serving the fleet at ${desk.text}; Ctrl-C ends it`);
  desk.check().catch((error: unknown) => say(`${messageOf(error)}; it is asked again with each request`));
  await interruptible((asked) => new Promise<void>((resolve) => asked.addEventListener('abort', () => resolve())));
  record?.remove();
  await server.close();
  return 0;
}

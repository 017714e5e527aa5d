import { createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Place } from './place.js';
import { Player } from './player.js';
import { PlayerConnection } from './player-connection.js';

/** scripts/lab/player.c, compiled. */
export const PLAYER = fileURLToPath(new URL('../../../player', import.meta.url));

/** Where players of one story connect to for their commands. */
export class Casting {
  private readonly arrived = new Map<number, PlayerConnection>();
  private readonly expected = new Map<number, (connection: PlayerConnection) => void>();

  private constructor(
    readonly directory: string,
    private readonly server: Server,
  ) {
    server.on('connection', (socket) => this.greet(socket));
  }

  static async open(directory: string): Promise<Casting> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(`${directory}/control`, resolve));
    return new Casting(directory, server);
  }

  /** The player with this pid, which has been started. */
  async player(pid: number, comm: string, place: Place): Promise<Player> {
    const connection =
      this.arrived.get(pid) ?? (await new Promise<PlayerConnection>((resolve) => this.expected.set(pid, resolve)));
    return new Player(pid, comm, place, connection);
  }

  private greet(socket: Socket): void {
    const lines = createInterface({ input: socket });
    lines.once('line', (line) => {
      const { pid } = JSON.parse(line) as { pid: number };
      const connection = new PlayerConnection(socket, lines);
      this.arrived.set(pid, connection);
      this.expected.get(pid)?.(connection);
    });
  }

  /** All players end with their connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const connection of this.arrived.values()) connection.close();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

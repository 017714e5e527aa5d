/** The address of a fleet's ClickHouse, and the secrets that go with it. */
import { readFileSync } from 'node:fs';
import { fileTrouble, type SstoryError, usageError } from '../model/error.js';

export interface FleetAddress {
  /** `https://clickhouse:8443`. */
  readonly origin: string;
  readonly user: string;
  readonly database: string;
  /** For messages: `https://clickhouse:8443/db`. */
  readonly text: string;
}

export interface FleetSecrets {
  readonly password: string;
  /** Certificates that are trusted instead of the system's, PEM. */
  readonly ca: Buffer | undefined;
}

const EXAMPLE = 'as in https://sstory@clickhouse.example:8443/sstory';
const DEFAULT_USER = 'default';
const DATABASE = /^\/(?<name>[A-Za-z_][A-Za-z0-9_]*)\/?$/;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** The user's password, or the file that holds it. A command line is visible to every user of the host. */
export const PASSWORD_VARIABLE = 'SSTORY_FLEET_PASSWORD';
export const PASSWORD_FILE_VARIABLE = 'SSTORY_FLEET_PASSWORD_FILE';
/** A file of certificates, PEM: of a private authority. */
export const CA_VARIABLE = 'SSTORY_FLEET_CA';

/**
 * @param name what the URL was given by, for messages: `--fleet`
 * @throws SstoryError `bad-fleet-url`
 */
export function parseFleetUrl(name: string, text: string): FleetAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // What cannot be read may have a password in it.
  if (url === undefined) throw badUrl(`${name}: invalid URL`);
  if (url.password !== '') {
    throw badUrl(
      `${name}: a password in the URL can be read by every user of this host`,
      `put it into a file, and name that in ${PASSWORD_FILE_VARIABLE}; or into ${PASSWORD_VARIABLE}`,
    );
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw badUrl(`${name} ${url.protocol}: use https:`);
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname)) {
    throw badUrl(`${name}: http:// sends the password unencrypted`, 'use https://; http:// works on loopback only');
  }
  if (url.search !== '' || url.hash !== '') throw badUrl(`${name}: parameters are not supported in the URL`);
  const database = DATABASE.exec(url.pathname)?.groups?.['name'];
  if (database === undefined) throw badUrl(`${name}: the URL has to name a database after the host`);
  const user = url.username === '' ? DEFAULT_USER : decoded(url.username);
  if (user === undefined) throw badUrl(`${name}: the user in the URL has a % that stands for no character`);
  return { origin: url.origin, user, database, text: `${url.origin}/${database}` };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function badUrl(message: string, hint = EXAMPLE): SstoryError {
  return usageError('bad-fleet-url', message, hint);
}

/**
 * From the environment, or the files that it names.
 * @throws SstoryError `no-file`
 */
export function fleetSecrets(environment: NodeJS.ProcessEnv = process.env): FleetSecrets {
  const file = environment[PASSWORD_FILE_VARIABLE];
  const ca = environment[CA_VARIABLE];
  const password = file ? contentOf(PASSWORD_FILE_VARIABLE, file).toString('utf8').split(/\r?\n/, 1)[0] : undefined;
  return {
    password: password ?? environment[PASSWORD_VARIABLE] ?? '',
    ca: ca ? contentOf(CA_VARIABLE, ca) : undefined,
  };
}

function contentOf(name: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw usageError('no-file', `${name}=${file}: ${fileTrouble(error)}`);
  }
}

import { networkInterfaces } from 'node:os';

/** What an address of this machine is: as `os.networkInterfaces` says. */
type Interfaces = ReturnType<typeof networkInterfaces>;

/** As an address names a host; of all addresses of the machine that of the machine itself. */
export function hostInUrl(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

/**
 * Hosts by which other machines may reach a server that listens on all addresses of this one, as addresses name them; none where it
 * listens on one. Link-local IPv6 addresses are left out: they need the name of an interface of the other machine, which browsers refuse.
 */
export function hostsForOthers(
  host: string,
  interfaces: Interfaces = networkInterfaces(),
): string[] {
  if (host !== '0.0.0.0' && host !== '::') return [];
  return Object.values(interfaces)
    .flatMap((own) => own ?? [])
    .filter(({ family, internal }) => !internal && (host === '::' || family === 'IPv4'))
    .filter(({ address }) => !/^fe[89ab]/i.test(address))
    .map(({ address }) => hostInUrl(address));
}

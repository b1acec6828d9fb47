import dns from 'node:dns/promises';
import { isIP, type LookupFunction, Socket } from 'node:net';
import { buildConnector } from 'undici';
import { Failure } from '../../domain/failures.ts';
import { createPortRule, type PortOptions } from './ports.ts';
import { createAllowedNets, isPublicAddress } from './ranges.ts';

export interface GuardOptions extends PortOptions {
  /** CIDRs that may be reached although they are private or special. */
  allowPrivateNets: readonly string[];
  /** 127.0.0.0/8 and ::1. */
  allowLoopback: boolean;
  /** Where our own servers listen: closed on loopback, which may otherwise be allowed, and on no other machine. */
  ownPorts?: readonly number[];
  /** Instead of the system's resolver. */
  lookUp?: (hostname: string) => Promise<ResolvedAddress[]>;
}

export interface ResolvedAddress {
  address: string;
  family: number;
}

export interface ConnectorOptions {
  /** Name look-up, TCP and TLS together, in milliseconds. */
  timeoutMs: number;
  /** Called for every address as it is dialled; tests prove with it that nothing was. */
  onConnect?: (address: string, port: number) => void;
  resolve?: (hostname: string) => Promise<ResolvedAddress[]>;
}

export interface Guard {
  allowsAddress(address: string): boolean;
  allowsPort(port: number): boolean;
  /**
   * The address to dial for a host, for protocols that open their own sockets: dial what comes back, not the name.
   * @param usual ports of the protocol that are open although the rules for the web close them
   * @throws Failure `ssrf_blocked`, `source_unreachable`
   */
  resolve(host: string, port: number, usual?: readonly number[]): Promise<ResolvedAddress>;
  /**
   * A connector for undici that dials checked addresses only. It sits below redirects and keep-alive pools, so every
   * hop passes it, and the address that was checked is the one that is dialled: a second DNS answer changes nothing.
   */
  connector(options: ConnectorOptions): buildConnector.connector;
}

/** One constant sentence: a refusal must not tell what is there. */
const BLOCKED =
  'The address is not one that Tributary may reach: private and special addresses, and the ports of other services, ' +
  'are refused unless the configuration allows them.';

const blocked = () => new Failure('ssrf_blocked', BLOCKED);

const resolveAll = (hostname: string): Promise<ResolvedAddress[]> => dns.lookup(hostname, { all: true });

/** @throws Error when a CIDR cannot be read. */
export function createGuard(options: GuardOptions): Guard {
  const allowedNet = createAllowedNets([
    ...options.allowPrivateNets,
    ...(options.allowLoopback ? ['127.0.0.0/8', '::1/128'] : []),
  ]);
  const allowsPort = createPortRule(options);
  const lookUp = options.lookUp ?? resolveAll;
  const own = new Set(options.ownPorts);
  const loopback = createAllowedNets(['127.0.0.0/8', '::1/128', '0.0.0.0/8', '::/128']);
  const allowsAddress = (address: string) => isPublicAddress(address) || allowedNet(address);
  const allows = (address: string, port: number) =>
    allowsAddress(address) && !(own.has(port) && loopback(address));

  return {
    allowsAddress,
    allowsPort,
    async resolve(host, port, usual = []) {
      const name = host.replace(/^\[|\]$/g, '');
      if (!allowsPort(port) && !usual.includes(port)) throw blocked();
      const answers = await lookUp(name).catch((error: unknown) => {
        throw new Failure('source_unreachable', `The name ${name} cannot be resolved.`, { cause: error });
      });
      const good = answers.find(({ address }) => allows(address, port));
      if (good === undefined) throw blocked();
      return good;
    },
    connector({ timeoutMs, onConnect, resolve = lookUp }) {
      const dialWhere = (good: (address: string) => boolean) => {
        const lookup: LookupFunction = (hostname, { all }, callback) => {
          resolve(hostname).then(
            (answers) => {
              // A mixed answer keeps its good addresses: NAT64 and split-horizon networks give such answers for real hosts.
              const some = answers.filter(({ address }) => good(address));
              const first = some[0];
              if (first === undefined) callback(blocked(), '');
              else if (all) callback(null, some);
              else callback(null, first.address, first.family);
            },
            (error: NodeJS.ErrnoException) => callback(error, ''),
          );
        };
        return buildConnector({ lookup, timeout: timeoutMs });
      };
      const dialAny = dialWhere(allowsAddress);
      const dialOthers = dialWhere((address) => allowsAddress(address) && !loopback(address));
      return (target, callback) => {
        const host = target.hostname.replace(/^\[|\]$/g, '');
        const port = Number(target.port || (target.protocol === 'https:' ? 443 : 80));
        // Literal addresses never reach `lookup`.
        if (!allowsPort(port) || (isIP(host) !== 0 && !allows(host, port))) {
          callback(blocked(), null);
          return;
        }
        const dial = own.has(port) ? dialOthers : dialAny;
        const socket: unknown = dial(target, callback);
        if (onConnect && socket instanceof Socket) {
          socket.on('connectionAttempt', (address: string, dialledPort: number) =>
            onConnect(address, dialledPort),
          );
        }
      };
    },
  };
}

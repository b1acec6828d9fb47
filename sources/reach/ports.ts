/**
 * Ports of services that are never a web server but do act on what an HTTP request puts on the wire, or that answer
 * HTTP with control over a machine: databases, queues, orchestrators, debuggers, remote desktops.
 *
 * They stay closed on explicitly allowed private and loopback networks too, because that is where such services live.
 */
const DENIED = new Set([
  1099, 1433, 1434, 1521, 1883, 2049, 2181, 2375, 2376, 2379, 2380, 3306, 3389, 4222, 4369, 4444, 4646, 4730,
  5005, 5037, 5432, 5433, 5672, 5900, 5984, 5985, 5986, 6000, 6379, 6380, 6432, 6443, 7000, 7001, 7199, 7233,
  7234, 7235, 7239, 7474, 7687, 8009, 8086, 8233, 8500, 8545, 9042, 9090, 9092, 9200, 9222, 9229, 9300, 9418,
  9464, 10250, 10255, 11211, 15672, 25672, 27017, 27018, 27019, 28017,
]);

export interface PortOptions {
  /** Open although the rules below say no. */
  allowPorts?: readonly number[];
  /** Closed although the rules below say yes, for instance the ports of our own parts. */
  denyPorts?: readonly number[];
}

/** 80, 443 and everything from 1024 up, minus the deny list. The same on every network. */
export function createPortRule({ allowPorts = [], denyPorts = [] }: PortOptions): (port: number) => boolean {
  const allowed = new Set(allowPorts);
  const denied = new Set(denyPorts);
  return (port) => {
    if (denied.has(port)) return false;
    if (allowed.has(port)) return true;
    return (port === 80 || port === 443 || (port >= 1024 && port <= 65_535)) && !DENIED.has(port);
  };
}

import { BlockList, isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** The address that would really be dialled: an IPv4-mapped IPv6 address is its IPv4 address. `null`: not an address. */
function dialled(address: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  switch (isIP(address)) {
    case 4:
      return ipaddr.IPv4.parse(address);
    case 6: {
      // ipaddr.js takes the dotted `::127.0.0.1` for a mapped address; in hexadecimal there is no such doubt.
      const text = `http://[${address}]/`;
      if (!URL.canParse(text)) return null;
      const ip = ipaddr.IPv6.parse(new URL(text).hostname.slice(1, -1));
      return ip.isIPv4MappedAddress() ? ip.toIPv4Address() : ip;
    }
    default:
      return null;
  }
}

/** RFC 5214: an interface identifier that hides an IPv4 address, inside an otherwise ordinary prefix. */
function isIsatap(address: ipaddr.IPv6): boolean {
  const [, , , , high, low] = address.parts;
  return (high === 0x0000 || high === 0x0200) && low === 0x5efe;
}

/**
 * Whether an address is unicast on the public internet (IANA special-purpose registries, as kept by ipaddr.js).
 * IPv6 must lie in 2000::/3, the only block given out, which rules out every embedding of IPv4 but
 * Teredo, 6to4 and ISATAP; those three are refused by name.
 */
export function isPublicAddress(address: string): boolean {
  const ip = dialled(address);
  if (ip === null || ip.range() !== 'unicast') return false;
  if (ip instanceof ipaddr.IPv4) return true;
  return ((ip.parts[0] ?? 0) & 0xe000) === 0x2000 && !isIsatap(ip);
}

/**
 * Networks that are reachable although they are not public.
 * @throws Error naming the entry that is not a CIDR; meant to stop the start-up.
 */
export function createAllowedNets(cidrs: readonly string[]): (address: string) => boolean {
  const nets = new BlockList();
  for (const cidr of cidrs) {
    if (!ipaddr.isValidCIDR(cidr))
      throw new Error(`"${cidr}" is not a network in CIDR notation, such as 10.20.0.0/16`);
    const [address, bits] = ipaddr.parseCIDR(cidr);
    nets.addSubnet(address.toNormalizedString(), bits, address.kind());
  }
  return (address) => {
    const ip = dialled(address);
    return ip !== null && nets.check(ip.toNormalizedString(), ip.kind());
  };
}

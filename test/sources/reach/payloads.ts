import { isIP } from 'node:net';

/** Every address here must be refused before a packet leaves; the names are resolved by the tests. */
export const LITERALS = [
  // Loopback, in all its spellings.
  '127.0.0.1',
  '127.1',
  '127.0.1',
  '127.255.255.254',
  '2130706433',
  '0x7f000001',
  '0x7f.1',
  '0X7F.0.0.1',
  '0177.0.0.1',
  '017700000001',
  '0177.1',
  '①②⑦.⓪.⓪.①',
  '127。0。0。1',
  '127．0．0．1',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[0000::0001]',
  // Unspecified.
  '0',
  '0.0.0.0',
  '0.0.0.1',
  '0x0',
  '[::]',
  // Private, shared, special.
  '10.0.0.1',
  '10.255.255.255',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '0xc0a80101',
  '100.64.0.0',
  '100.127.255.255',
  '169.254.169.254',
  '0xa9fea9fe',
  '2852039166',
  '169.254.170.2',
  '192.0.0.192',
  '192.0.2.1',
  '198.18.0.1',
  '198.19.255.255',
  '198.51.100.1',
  '203.0.113.1',
  '192.88.99.1',
  '224.0.0.1',
  '239.255.255.250',
  '240.0.0.1',
  '255.255.255.255',
  // IPv4 inside IPv6.
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::ffff:0:127.0.0.1]',
  '[0:0:0:0:0:ffff:10.0.0.1]',
  '[::127.0.0.1]',
  '[::8.8.8.8]',
  '[2002:7f00:1::]',
  '[2002:808:808::1]',
  '[64:ff9b::a9fe:a9fe]',
  '[64:ff9b::8.8.8.8]',
  '[64:ff9b:1::a9fe:a9fe]',
  '[2001:0:4136:e378:8000:63bf:80ff:fffe]',
  '[fe80::5efe:127.0.0.1]',
  '[2600:1f00::5efe:7f00:1]',
  '[2600:1f00::200:5efe:a00:1]',
  // IPv6 of its own.
  '[fc00::1]',
  '[fd00:ec2::254]',
  '[fe80::1]',
  '[febf::1]',
  '[fec0::1]',
  '[ff02::1]',
  '[100::1]',
  '[2001:db8::1]',
  '[3fff::1]',
  '[5f00::1]',
  '[4000::1]',
  '[2001:10::1]',
  '[2001:20::1]',
];

/** Names that a resolver answers with addresses of the table above. */
export const NAMES: Record<string, string[]> = {
  localhost: ['127.0.0.1', '::1'],
  'localhost.': ['127.0.0.1'],
  'metadata.google.internal': ['169.254.169.254'],
  'instance-data': ['169.254.169.254'],
  'mapped.example': ['::ffff:10.0.0.1'],
  'nat64.example': ['64:ff9b::a00:1'],
  'all-bad.example': ['10.0.0.1', '127.0.0.1', 'fe80::1', '0.0.0.0'],
  'nothing.example': [],
};

/** Of services that are never a web server. */
export const PORTS = [
  22, 25, 53, 110, 139, 445, 1023, 2375, 3306, 3389, 5432, 5900, 6379, 7233, 8233, 9200, 9222, 9229, 9464,
  11211, 27017,
];

/** What a resolver would say, without asking one. Numeric spellings are read as the C library does. */
export async function lookUp(name: string): Promise<{ address: string; family: number }[]> {
  const host = URL.canParse(`http://${name}/`) ? new URL(`http://${name}/`).hostname : name;
  const found = isIP(name) ? [name] : (NAMES[name.toLowerCase()] ?? (isIP(host) ? [host] : null));
  if (found === null) throw Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
  return found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
}

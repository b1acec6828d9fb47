/** Command-line settings of the server. They are public to every process list, so nothing secret is among them. */
export function postgresSettings(port: number, durable: boolean): string[] {
  const settings: Record<string, string | number> = {
    port,
    listen_addresses: '127.0.0.1',
    // Loopback TCP is enough, and the path of a socket may have no more than 107 bytes.
    unix_socket_directories: '',
    max_connections: 100,
    shared_buffers: '128MB',
    // Both keep an update of many rows from waiting for the disk more often than it must.
    wal_compression: 'on',
    max_wal_size: '1GB',
    log_min_messages: 'warning',
    log_line_prefix: '%m [%p] %q%a ',
    log_timezone: 'UTC',
    timezone: 'UTC',
    jit: 'off',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

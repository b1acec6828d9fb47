#!/bin/sh
# Makes Temporal's databases, or brings them up to date. Safe to run again.
set -eu
tool() {
  temporal-sql-tool --plugin postgres12 --ep "$POSTGRES_SEEDS" -p "$DB_PORT" -u "$POSTGRES_USER" --db "$@"
}
for name in temporal visibility; do
  database=temporal
  [ "$name" = visibility ] && database=temporal_visibility
  # Fails where it is there already; what is wrong otherwise shows in the next step.
  tool "$database" create || true
  tool "$database" setup-schema -v 0.0 || true
  tool "$database" update-schema -d "/etc/temporal/schema/postgresql/v12/$name/versioned"
done

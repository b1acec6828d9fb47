import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Seconds. From a claim in the database to a listing of a slow server. */
const ACTIVITY_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
const DATABASE_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 15];
const REQUEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 30];

/** What one process counts of itself. Names carry their units; labels take few values, and never a name from outside. */
export interface Metrics {
  registry: Registry;
  activitySeconds: Histogram<'activity' | 'outcome'>;
  activitiesRunning: Gauge<'activity'>;
  items: Counter<'outcome' | 'source_kind'>;
  databaseSeconds: Histogram<'call' | 'outcome'>;
  requestSeconds: Histogram<'method' | 'status'>;
  /** A gauge that is asked for its values whenever somebody looks. */
  gauge(name: string, help: string, labels: readonly string[], read: () => Promise<Reading[]>): void;
}

export interface Reading {
  labels?: Record<string, string>;
  value: number;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    activitySeconds: new Histogram({
      name: 'tributary_activity_seconds',
      help: 'How long attempts of activities took, by how they ended.',
      labelNames: ['activity', 'outcome'],
      buckets: ACTIVITY_SECONDS,
      registers,
    }),
    activitiesRunning: new Gauge({
      name: 'tributary_activities_running',
      help: 'Activities under way in this process.',
      labelNames: ['activity'],
      registers,
    }),
    items: new Counter({
      name: 'tributary_items_settled_total',
      help: 'Files that went through the pipeline, by outcome and kind of source. What a listing shows to be known is not among them.',
      labelNames: ['outcome', 'source_kind'],
      registers,
    }),
    databaseSeconds: new Histogram({
      name: 'tributary_database_call_seconds',
      help: 'How long statements and transactions took, the wait for a connection included.',
      labelNames: ['call', 'outcome'],
      buckets: DATABASE_SECONDS,
      registers,
    }),
    requestSeconds: new Histogram({
      name: 'tributary_http_request_seconds',
      help: 'How long requests to the API took until the last byte was handed over.',
      labelNames: ['method', 'status'],
      buckets: REQUEST_SECONDS,
      registers,
    }),
    gauge(name, help, labelNames, read) {
      new Gauge({
        name,
        help,
        labelNames: [...labelNames],
        registers,
        async collect() {
          // What cannot be read now is absent, and does not take the rest with it.
          const readings = await read().catch(() => []);
          this.reset();
          if (labelNames.length === 0 && readings.length === 0) this.remove();
          for (const { labels = {}, value } of readings) this.set(labels, value);
        },
      });
    },
  };
}

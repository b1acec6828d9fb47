import assert from 'node:assert/strict';
import { until } from '../cli/scratch.ts';
import { picture } from '../hosting/pictures.ts';
import { type ReceivedSpan, startTraceReceiver, type TraceReceiver } from '../hosting/traceReceiver.ts';
import { startTributary, type Tributary } from '../hosting/tributary.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER = '00f067aa0ba902b7';

describe('traces', function () {
  this.timeout(240_000);
  let receiver: TraceReceiver;
  let t: Tributary;

  before(async () => {
    receiver = await startTraceReceiver();
    t = await startTributary({
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        OTEL_EXPORTER_OTLP_HEADERS: 'x-collector-key=a%20key',
        OTEL_TRACES_SAMPLER_ARG: '0',
      },
    });
  });
  after(async () => {
    await t?.close();
    await receiver?.close();
  });

  const mine = () => receiver.spans.filter(({ traceId }) => traceId === TRACE);
  const named = (name: string): ReceivedSpan | undefined => mine().find((span) => span.name === name);
  const childrenOf = (span: ReceivedSpan | undefined) =>
    mine().filter(({ parentSpanId }) => parentSpanId === span?.spanId);

  /** Whether one span led to the other, by way of whichever. */
  function isBelow(span: ReceivedSpan | undefined, above: ReceivedSpan | undefined): boolean {
    for (let at = span; at !== undefined; ) {
      const { parentSpanId } = at;
      if (parentSpanId === above?.spanId) return true;
      at = mine().find(({ spanId }) => spanId === parentSpanId);
    }
    return false;
  }

  async function upload(seed: number, traceparent?: string): Promise<number> {
    const form = new FormData();
    form.append('file', new Blob([new Uint8Array(await picture(seed))]), 'secret-name.jpg');
    const response = await fetch(`${t.url}/upload/`, {
      method: 'POST',
      body: form,
      headers: traceparent === undefined ? {} : { traceparent },
    });
    const { asset_id: id } = (await response.json()) as { asset_id: number };
    const ready = async () => (await t.get<{ status: string }>(`/retrieve/asset/${id}`)).status === 'ready';
    await until(ready, 'the picture is ready', 60_000);
    return id;
  }

  it('go from the request through workflow and activities to the database and the object store', async () => {
    await upload(880_001, `00-${TRACE}-${CALLER}-01`);
    for (const name of ['POST /upload/', 'deliver process-upload', 'processAssets', 'storeBatch'])
      await until(() => named(name) !== undefined, name, 60_000);
    const request = named('POST /upload/');
    assert.equal(request?.parentSpanId, CALLER, 'a part of the caller’s trace');
    assert.equal(request?.service, 'tributary-api');
    const delivery = named('deliver process-upload');
    assert.ok(isBelow(delivery, request), 'what the request wrote into the outbox');
    const start = childrenOf(delivery).find(({ name }) => name === 'start processAssets');
    assert.ok(start, 'the outbox carried it');
    const workflow = childrenOf(start).find(({ name }) => name === 'processAssets');
    assert.ok(workflow, 'the workflow belongs to its start');
    const activities = childrenOf(workflow);
    for (const name of ['fetchBatch', 'renderBatch', 'storeBatch'])
      assert.ok(
        activities.some((span) => span.name === name),
        name,
      );
    const render = activities.find(({ name }) => name === 'renderBatch');
    for (const name of ['objects put', 'objects read', 'postgresql run'])
      assert.ok(
        mine().some((span) => span.name === name && isBelow(span, render)),
        `${name} in ${JSON.stringify(mine().map((span) => span.name))}`,
      );
    assert.equal(receiver.headers()['x-collector-key'], 'a key');
    for (const span of mine()) assert.ok(BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano));
    assert.ok(!JSON.stringify(mine()).includes('secret-name'), 'names stay where they are');
  });

  it('are of what is sampled only, and are not needed', async () => {
    const before = receiver.spans.length;
    await upload(880_002);
    await upload(880_003, `00-${'a'.repeat(32)}-${CALLER}-00`);
    await receiver.close();
    // Nobody takes them any more.
    await upload(880_004, `00-${'b'.repeat(32)}-${CALLER}-01`);
    const more = receiver.spans.slice(before).filter(({ traceId }) => traceId !== TRACE);
    assert.deepEqual(more, []);
    assert.ok((await t.audit()).clean);
  });
});

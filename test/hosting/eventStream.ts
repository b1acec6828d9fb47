export interface StreamedEvent {
  id: string;
  type: string;
  at: string;
  tenant_name: string | null;
  data: {
    asset_id?: number;
    import_id?: string;
    import?: { status: string; processed_files: number; stored_files: number };
    [name: string]: unknown;
  };
}

/** A client of server-sent events, of the least that the standard asks of one. */
export interface EventStream {
  response: Response;
  /** All so far. */
  events: StreamedEvent[];
  /** Where it would go on. */
  lastId: string;
  /** Comments and ids that came without an event. */
  beats: number;
  /** Resolves with the first event that is so, of those that came and of those that come. */
  until(matches: (event: StreamedEvent) => boolean): Promise<StreamedEvent>;
  /** Resolves when the server ends it, or the connection breaks. */
  ended: Promise<void>;
  close(): void;
}

export async function openEvents(url: string, lastEventId?: string): Promise<EventStream> {
  const stop = new AbortController();
  const response = await fetch(url, {
    signal: stop.signal,
    headers: {
      accept: 'text/event-stream',
      ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
    },
  });
  const heard = new Set<() => void>();
  const stream: EventStream = {
    response,
    events: [],
    lastId: lastEventId ?? '',
    beats: 0,
    ended: Promise.resolve(),
    until: (matches) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = stream.events.find(matches);
          if (found === undefined) return;
          heard.delete(look);
          resolve(found);
        };
        heard.add(look);
        stream.ended
          .then(() =>
            stream.events.some(matches) ? look() : reject(new Error('The stream ended before that.')),
          )
          .catch(reject);
        look();
      }),
    close: () => stop.abort(),
  };

  function take(block: string): void {
    const fields = new Map<string, string>();
    for (const line of block.split('\n')) {
      const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
      fields.set(name, value);
    }
    const id = fields.get('id');
    if (id !== undefined) stream.lastId = id;
    const data = fields.get('data');
    if (data === undefined) {
      stream.beats += 1;
      return;
    }
    const event = JSON.parse(data) as StreamedEvent;
    if (event.type !== fields.get('event') || event.id !== id)
      throw new Error(`The names do not fit: ${block}`);
    stream.events.push(event);
  }

  async function read(): Promise<void> {
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) take(block);
      for (const look of [...heard]) look();
    }
  }
  stream.ended = read().catch((error: unknown) => {
    // The connection broke: what a client makes of that is to come back.
    if (error instanceof SyntaxError || (error instanceof Error && error.message.startsWith('The names')))
      throw error;
  });
  return stream;
}

/**
 * As much of node-av 6 as is used. It is an optional dependency, so its own types may not be there when this is compiled.
 */
export interface NodeAv {
  Demuxer: {
    openSync(url: string, options: { format: string; options: Record<string, string | number> }): AvDemuxer;
  };
  Decoder: {
    createSync(
      stream: AvStream,
      options: { threadCount: number; options: Record<string, string> },
    ): AvDecoder;
  };
  Scaler: new () => { toJpegSync(frame: AvFrame, options: { quality: number }): Buffer };
  avGetCodecName(id: number): string | null;
}

interface AvStream {
  index: number;
  codecpar: { codecId: number };
  avgFrameRate: { num: number; den: number };
}

interface AvDemuxer {
  video(): AvStream | undefined;
  packetsSync(index: number): Iterable<AvPacket | null>;
}

interface AvPacket {
  readonly size: number;
}

interface AvDecoder {
  decodeAllSync(packet: AvPacket): AvFrame[];
}

interface AvFrame {
  width: number;
  height: number;
  keyFrame: number;
  free(): void;
}

/** @throws Error when it is not installed, or has nothing for this platform */
export async function loadNodeAv(): Promise<NodeAv> {
  // Not written into the imports themselves, where the compiler would look for them. Its two parts load in half the time of all.
  const [api, lib] = ['node-av/api', 'node-av/lib'];
  return { ...(await import(api)), ...(await import(lib)) } as NodeAv;
}

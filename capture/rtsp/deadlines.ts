/** Time limits of one connection to a camera, in milliseconds of wall clock: no number of small bytes stretches them. */
export interface RtspDeadlines {
  /** Name look-up, TCP and TLS. */
  connectMs: number;
  /** From a request to the whole of its answer. */
  answerMs: number;
  /** From the first request to the answer that starts the stream. */
  setupMs: number;
  /** Between two packets of video. A camera whose keyframes are far apart sends packets all the same. */
  stallMs: number;
  /** For everything; `null`: as long as it goes on. */
  totalMs: number | null;
  /** Until the driver has connected; after that nobody will. */
  clientMs: number;
  /** Of the good-bye. */
  teardownMs: number;
}

/** Cold cameras with sparse H.265 took over a minute to a first picture, and still sent packets in between. */
export const RTSP_DEADLINES: RtspDeadlines = {
  connectMs: 10_000,
  answerMs: 15_000,
  setupMs: 45_000,
  stallMs: 20_000,
  totalMs: null,
  clientMs: 15_000,
  teardownMs: 500,
};

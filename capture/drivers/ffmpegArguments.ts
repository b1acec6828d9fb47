import type { CaptureRequest } from '../driver.ts';

/** 8K, the largest there is in cameras; what claims to be larger wants memory. */
const MAX_PIXELS = 7_680 * 4_320;
/** What FFmpeg waits for a single read, in microseconds. The relay's clocks and the hard kill come first. */
const SOCKET_TIMEOUT_US = 60_000_000;

/** FFmpeg's scale of JPEG quality runs from 2, the best, to 31. */
const quantizer = (quality: number) => Math.round(2 + ((100 - quality) * 29) / 99);

/**
 * Begins with a keyframe, since what comes before one is grey. Then the first picture of each interval: without drift, and
 * without repeating one when none came. They are numbered anew, a second each: the encoder refuses two that came at once.
 */
const select = (fps: number | null) => {
  const rest = fps === null ? '1' : `gt(floor(t*${fps})\\,floor(prev_selected_t*${fps}))`;
  return `select='if(isnan(prev_selected_t)\\,key\\,${rest})',settb=AVTB,setpts=N/TB`;
};

/**
 * One argument each, for no shell. Reads RTSP over TCP and nothing else, whatever the camera says: with `-f rtsp` and the
 * list of protocols, an address cannot make FFmpeg open files, playlists or other hosts.
 *
 * Timestamps are those of arrival, because `select` believes them and cameras' clocks jump by years.
 */
export function ffmpegArguments(request: Omit<CaptureRequest, 'signal'>): string[] {
  const { url, mode, maxFps, quality } = request;
  if (!/^rtsp:\/\/127\.0\.0\.1:\d+\/[!-~]*$/.test(url)) throw new Error('FFmpeg is shown loopback only');
  const fps = maxFps === undefined ? null : Number(maxFps.toFixed(6));
  return [
    ...['-nostdin', '-hide_banner', '-nostats', '-loglevel', 'info'],
    ...['-protocol_whitelist', 'rtsp,tcp,rtp', '-f', 'rtsp', '-rtsp_transport', 'tcp'],
    ...['-allowed_media_types', 'video', '-timeout', String(SOCKET_TIMEOUT_US)],
    ...['-fflags', 'discardcorrupt', '-flags', 'low_delay', '-use_wallclock_as_timestamps', '1'],
    ...['-probesize', '500000', '-analyzeduration', '500000', '-fpsprobesize', '0'],
    ...['-threads', '1', '-max_pixels', String(MAX_PIXELS)],
    ...(mode === 'keyframes' ? ['-skip_frame', 'nokey'] : []),
    ...['-i', url, '-map', '0:v:0', '-an', '-sn', '-dn'],
    ...['-vf', select(fps), '-fps_mode', 'passthrough', '-enc_time_base', '1:25'],
    ...['-threads', '1', '-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p'],
    ...['-q:v', String(quantizer(quality)), '-flush_packets', '1', '-f', 'image2pipe', 'pipe:1'],
  ];
}
